package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.GeminiSimulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class StartUpTests {

    @Test
    void logsThatTheSimulatorAnswersAndTheAddress(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start("--gemini.pool.keys=")) {
            assertThat(output)
                    .containsOnlyOnce("No keys configured: answering from the embedded simulator")
                    .contains(
                            "open http://localhost:" + context.getEnvironment().getProperty("local.server.port"))
                    .contains("Gemini pool: 4 keys of 4 projects");
        }
    }

    @Test
    void startsNoSimulatorWithKeys(CapturedOutput output) {
        try (ConfigurableApplicationContext context = start("--gemini.pool.keys[0]=own-secret")) {
            assertThat(context.getBeansOfType(GeminiSimulator.class)).isEmpty();
            assertThat(output)
                    .contains("Answering with the configured keys, open http://localhost:")
                    .contains("Gemini pool: 1 key of 1 project")
                    .doesNotContain("own-secret");
        }
    }

    @Test
    void listensOnThisMachineOnly() {
        try (ConfigurableApplicationContext context = start("--gemini.pool.keys=")) {
            assertThat(context.getEnvironment().getProperty("server.address")).isEqualTo("127.0.0.1");
        }
    }

    private static ConfigurableApplicationContext start(String keys) {
        return SpringApplication.run(QuickstartApplication.class, keys, "--server.port=0");
    }
}
