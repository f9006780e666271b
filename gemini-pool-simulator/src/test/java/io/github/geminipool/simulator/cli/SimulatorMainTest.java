package io.github.geminipool.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** The command line. */
@Timeout(30)
class SimulatorMainTest {
    @Test
    void helpListsEveryOption() {
        StringWriter out = new StringWriter();
        int code = new CommandLine(new SimulatorMain())
                .setOut(new PrintWriter(out))
                .execute("--help");
        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("--port", "--key", "--rpm", "--tpm", "--rpd", "--latency", "--fault", "--seed", "--tls");
    }

    @Test
    void invalidFaultsAreExplained() {
        StringWriter err = new StringWriter();
        int code = new CommandLine(new SimulatorMain())
                .setErr(new PrintWriter(err))
                .execute("--port", "0", "--fault", "explode");
        assertThat(code).isEqualTo(2);
        assertThat(err.toString()).contains("Unknown action: explode");
    }

    @Test
    void runsUntilInterrupted() throws Exception {
        CompletableFuture<String> greeting = new CompletableFuture<>();
        PrintWriter out = new PrintWriter(new StringWriter()) {
            @Override
            public void println(String line) {
                greeting.complete(line);
            }
        };
        ExecutorService runner = Executors.newSingleThreadExecutor();
        try {
            runner.execute(() -> new CommandLine(new SimulatorMain())
                    .setOut(out)
                    .setErr(out)
                    .execute(
                            "--port=0",
                            "--key=secret:p1:b1",
                            "--rpm=2",
                            "--latency=1ms",
                            "--latency-spread=0.5",
                            "--fault=key=1,nth=1,respond=503"));
            String line = greeting.get(10, TimeUnit.SECONDS);
            URI models = URI.create(line.substring(line.indexOf("http")) + "/v1beta/models/m:generateContent");
            HttpRequest request = HttpRequest.newBuilder(models)
                    .header("x-goog-api-key", "secret")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}"))
                    .build();
            HttpClient http = HttpClient.newHttpClient();
            int[] statuses = new int[4];
            for (int i = 0; i < statuses.length; i++) {
                statuses[i] = http.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
            }
            assertThat(statuses).containsExactly(503, 200, 200, 429);
        } finally {
            runner.shutdownNow();
            assertThat(runner.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
