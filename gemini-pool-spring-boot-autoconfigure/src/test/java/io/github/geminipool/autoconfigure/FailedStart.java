package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Arrays;
import java.util.stream.Stream;
import org.assertj.core.util.Throwables;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.annotation.Configuration;

/** The start of an application that fails, with debug logging, which prints the exception as well. It must show no secret. */
final class FailedStart {

    static final String SECRET = "AIzaSyB-1234567890_abcdefghijklmnopqrst";

    static final String PASSWORD = "hunter2-of-the-proxy";

    private FailedStart() {}

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({SslAutoConfiguration.class, GeminiPoolAutoConfiguration.class})
    static class Application {}

    /**
     * Starts an application, and asserts that it fails.
     *
     * @param more its configurations other than {@link Application}
     */
    static void fails(Class<?>[] more, String... properties) {
        SpringApplication application = new SpringApplication(
                Stream.concat(Stream.of(Application.class), Arrays.stream(more)).toArray(Class<?>[]::new));
        application.setWebApplicationType(WebApplicationType.NONE);
        String[] arguments = Stream.concat(Stream.of("logging.level.root=debug"), Arrays.stream(properties))
                .map(property -> "--" + property.strip())
                .toArray(String[]::new);
        Throwable failure = catchThrowable(() -> application.run(arguments).close());
        assertThat(failure).as("the application does not start").isNotNull();
        assertThat(Throwables.getStackTrace(failure)).doesNotContain(SECRET, PASSWORD);
    }

    /** Asserts that the failure analysis contains some words, and the whole output no secret. */
    static void assertAnalysis(CapturedOutput output, String... words) {
        String all = output.getAll();
        assertThat(all).doesNotContain(SECRET, PASSWORD);
        assertThat(all.substring(Math.max(0, all.indexOf("APPLICATION FAILED TO START"))))
                .startsWith("APPLICATION FAILED TO START")
                .contains(words);
    }
}
