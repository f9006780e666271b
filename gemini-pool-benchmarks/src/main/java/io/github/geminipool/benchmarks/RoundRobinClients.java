package io.github.geminipool.benchmarks;

import com.google.genai.Client;
import com.google.genai.types.HttpOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The obvious first solution for several keys: one client of Google's SDK per key, used in turn. */
final class RoundRobinClients implements AutoCloseable {

    private final List<Client> clients = new ArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();

    RoundRobinClients(String baseUrl, int keys) {
        for (int i = 0; i < keys; i++) {
            clients.add(Client.builder()
                    .apiKey(SimulatorProcess.secret(i))
                    .vertexAI(false)
                    .httpOptions(HttpOptions.builder()
                            .baseUrl(baseUrl)
                            .apiVersion("v1beta")
                            .build())
                    .build());
        }
    }

    void call() {
        Contenders.call(clients.get(Math.floorMod(calls.getAndIncrement(), clients.size())));
    }

    @Override
    public void close() {
        clients.forEach(Client::close);
    }
}
