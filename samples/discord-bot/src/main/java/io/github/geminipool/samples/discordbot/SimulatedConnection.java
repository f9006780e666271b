package io.github.geminipool.samples.discordbot;

import io.github.geminipool.autoconfigure.GeminiPoolConnectionDetails;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.simulator.GeminiSimulator;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** Connects the pool to the simulator. Use the same interface to get keys from anywhere other than the configuration. */
final class SimulatedConnection implements GeminiPoolConnectionDetails {

    private final GeminiSimulator simulator;

    SimulatedConnection(GeminiSimulator simulator) {
        this.simulator = simulator;
    }

    /** The revoked key comes first, so that the first call fails over. */
    @Override
    public List<ApiKey> getKeys() {
        return Stream.of("revoked", "north", "south", "limited")
                .map(name -> ApiKey.of("simulated-" + name).named(name).inProject(name))
                .toList();
    }

    @Override
    public URI getBaseUrl() {
        return URI.create(simulator.baseUrl());
    }
}
