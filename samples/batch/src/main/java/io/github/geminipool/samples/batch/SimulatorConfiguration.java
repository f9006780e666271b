package io.github.geminipool.samples.batch;

import io.github.geminipool.autoconfigure.GeminiPoolConnectionDetails;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Quota;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** With {@code --simulator}, an embedded Gemini simulator answers. */
@Configuration(proxyBeanMethods = false)
class SimulatorConfiguration {

    private static final int LOGGED = 100;

    @Bean
    GeminiSimulator geminiSimulator(@Value("${batch.simulator.latency:300ms}") Duration median) {
        return GeminiSimulator.builder()
                .key("simulated-north", key -> key.project("north"))
                .key("simulated-south", key -> key.project("south"))
                .key("simulated-limited", key -> key.project("limited"))
                .key("simulated-revoked", key -> key.project("revoked").state(KeyState.INVALID))
                .quota(Quota.requestsPerMinute(2).project("limited"))
                .latency(Latency.logNormal(median, 0.5))
                .logLimit(LOGGED)
                .start();
    }

    @Bean
    GeminiPoolConnectionDetails simulatedConnection(GeminiSimulator simulator) {
        return new SimulatedConnection(simulator);
    }
}
