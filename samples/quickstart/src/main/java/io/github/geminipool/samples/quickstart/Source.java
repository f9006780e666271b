package io.github.geminipool.samples.quickstart;

import io.github.geminipool.simulator.GeminiSimulator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Knows where answers come from. */
@Component
class Source {

    private final boolean simulator;

    Source(ObjectProvider<GeminiSimulator> simulator) {
        this.simulator = simulator.getIfAvailable() != null;
    }

    /** Whether it is the embedded simulator; Google, or what stands for it, otherwise. */
    boolean isSimulator() {
        return simulator;
    }
}
