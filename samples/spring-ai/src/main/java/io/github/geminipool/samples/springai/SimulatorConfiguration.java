package io.github.geminipool.samples.springai;

import io.github.geminipool.autoconfigure.GeminiPoolConnectionDetails;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Latency;
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
                .key("simulated-revoked", key -> key.project("revoked").state(KeyState.INVALID))
                .latency(Latency.uniform(Duration.ofMillis(40), Duration.ofMillis(120)))
                .streamGap(Latency.fixed(Duration.ofMillis(40)))
                .start();
    }

    @Bean
    GeminiPoolConnectionDetails simulatedConnection(GeminiSimulator simulator) {
        return new SimulatedConnection(simulator);
    }
}
