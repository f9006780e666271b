package io.github.geminipool.samples.springai;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Answers messages at {@code /chat/{id}} using Spring AI. */
@SpringBootApplication
public class SpringAiApplication {

    /** Starts the application. */
    public static void main(String[] args) {
        SpringApplication.run(SpringAiApplication.class, args);
    }
}
