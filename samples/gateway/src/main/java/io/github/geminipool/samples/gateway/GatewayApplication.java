package io.github.geminipool.samples.gateway;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Serves the Gemini API over a pool of keys. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class GatewayApplication {

    /** The first Java version in which monitors, which OkHttp uses, do not pin virtual threads. */
    private static final int UNPINNED = 24;

    /** Starts the gateway. */
    public static void main(String[] args) {
        application().run(args);
    }

    static SpringApplication application() {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.setDefaultProperties(
                Map.of("spring.threads.virtual.enabled", Runtime.version().feature() >= UNPINNED));
        return application;
    }
}
