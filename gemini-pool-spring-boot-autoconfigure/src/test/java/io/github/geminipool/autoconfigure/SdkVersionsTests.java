package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An application asks the default model with each version of Google's SDK, whatever {@code GOOGLE_GENAI_API_VERSION} says.
 */
@Tag("sdk")
@Tag("slow")
@Timeout(120)
class SdkVersionsTests {

    private final GeminiSimulator simulator =
            GeminiSimulator.builder().key("first-secret").start();

    @AfterEach
    void stop() {
        simulator.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1", "beta", "nonsense"})
    void theDefaultModelAnswersInAllForms(String apiVersion) throws IOException, InterruptedException {
        assertThat(output(apiVersion).lines())
                .anyMatch(line -> line.startsWith("sdk=" + System.getProperty("gemini-pool.sdk", "google-genai-2.")))
                .containsAll(SdkApplication.ways().keySet().stream()
                        .map(name -> name + "=answered")
                        .toList());

        assertThat(simulator.requests())
                .hasSizeGreaterThanOrEqualTo(SdkApplication.ways().size())
                .allSatisfy(request -> assertThat(request.status()).isEqualTo(200))
                .extracting(RequestRecord::path)
                .allMatch(path -> path.matches("(/upload)?/v1beta/.*"));
    }

    /** Runs the application with a value of the variable, or without it; returns what it printed. */
    private String output(String apiVersion) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SdkApplication.class.getName(),
                "--gemini.pool.keys=first-secret",
                "--gemini.pool.base-url=" + simulator.baseUrl());
        if (apiVersion.isEmpty()) {
            builder.environment().remove("GOOGLE_GENAI_API_VERSION");
        } else {
            builder.environment().put("GOOGLE_GENAI_API_VERSION", apiVersion);
        }
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        System.out.println(output);
        return output;
    }
}
