package io.github.geminipool.samples.quickstart;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Answers prompts at {@code /ask}, {@code /stream} and {@code /chat}, with a web page to enter them. */
@SpringBootApplication
public class QuickstartApplication {

    /** Starts the application. */
    public static void main(String[] args) {
        SpringApplication.run(QuickstartApplication.class, args);
    }
}
