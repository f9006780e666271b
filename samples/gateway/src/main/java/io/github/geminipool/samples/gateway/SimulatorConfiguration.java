package io.github.geminipool.samples.gateway;

import io.github.geminipool.autoconfigure.GeminiPoolConnectionDetails;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Quota;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** Without configured keys, an embedded Gemini simulator answers. */
@Configuration(proxyBeanMethods = false)
@Conditional(NoKeysCondition.class)
class SimulatorConfiguration {

    @Bean
    GeminiSimulator geminiSimulator() {
        return GeminiSimulator.builder()
                .key("simulated-north", key -> key.project("north"))
                .key("simulated-south", key -> key.project("south"))
                .key("simulated-limited", key -> key.project("limited"))
                .key("simulated-revoked", key -> key.project("revoked").state(KeyState.INVALID))
                .quota(Quota.requestsPerMinute(2).project("limited"))
                .latency(Latency.uniform(Duration.ofMillis(80), Duration.ofMillis(250)))
                .streamGap(Latency.fixed(Duration.ofMillis(90)))
                .start();
    }

    @Bean
    GeminiPoolConnectionDetails simulatedConnection(GeminiSimulator simulator) {
        return new SimulatedConnection(simulator);
    }
}
