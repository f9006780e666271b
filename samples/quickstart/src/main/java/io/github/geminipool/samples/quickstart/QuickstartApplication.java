package io.github.geminipool.samples.quickstart;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Answers prompts at {@code /ask}, {@code /stream} and {@code /chat}, and shows a page to type them into. */
@SpringBootApplication
public class QuickstartApplication {

    /** Starts it. */
    public static void main(String[] args) {
        SpringApplication.run(QuickstartApplication.class, args);
    }
}
