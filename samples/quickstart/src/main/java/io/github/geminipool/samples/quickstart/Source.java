package io.github.geminipool.samples.quickstart;

import io.github.geminipool.simulator.GeminiSimulator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Tells whether Google or the simulator answers. */
@Component
class Source {

    private final boolean simulator;

    Source(ObjectProvider<GeminiSimulator> simulator) {
        this.simulator = simulator.getIfAvailable() != null;
    }

    /** Returns whether the embedded simulator answers rather than Google. */
    boolean isSimulator() {
        return simulator;
    }
}
