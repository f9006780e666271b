package io.github.geminipool.samples.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.RequestRecord;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The program is killed from outside and started again. */
@Timeout(240)
class KillTests {

    private static final int PROMPTS = 120;
    private static final int PARALLEL = 4;
    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(b -> b.key(Outcome.KEY)
            .key("other-secret")
            .latency(Latency.uniform(Duration.ofMillis(1), Duration.ofMillis(9))));

    @TempDir
    private Path folder;

    private Path output;
    private String expected = "";

    @BeforeEach
    void uninterruptedRun(GeminiSimulator simulator) throws Exception {
        output = folder.resolve("results.jsonl");
        Path prompts = folder.resolve("prompts.txt");
        // The simulator counts one token per four characters, so the token count identifies the prompt.
        Files.writeString(
                prompts,
                IntStream.rangeClosed(1, PROMPTS)
                        .mapToObj(i -> ("Prompt " + i + " " + "x".repeat(5 * PROMPTS)).substring(0, 4 * (i + 3)) + "\n")
                        .collect(Collectors.joining()));
        expected = Outcome.of(simulator, "", prompts.toString()).out();
        assertThat(expected.lines()).hasSize(PROMPTS);
        simulator.resetLog();
    }

    private BatchProcess start(GeminiSimulator simulator) throws Exception {
        return BatchProcess.start(
                simulator, folder, List.of(), "prompts.txt", "-o", "results.jsonl", "-p", "" + PARALLEL);
    }

    /** Runs to the end, within this process, which is faster. */
    private void finish(GeminiSimulator simulator) {
        String prompts = folder.resolve("prompts.txt").toString();
        Outcome last = Outcome.of(simulator, "", prompts, "-o", output.toString());
        assertThat(last.exitCode()).as(last.err()).isZero();
    }

    private static List<Long> sent(GeminiSimulator simulator) {
        return simulator.requests().stream()
                .map(RequestRecord::inputTokens)
                .map(tokens -> tokens - 3)
                .toList();
    }

    private long written() throws Exception {
        String text = Files.exists(output) ? Files.readString(output) : "";
        return text.chars().filter(c -> c == '\n').count();
    }

    @Test
    void afterKillsNoPromptIsLostAndNoWrittenOneIsSentAgain(GeminiSimulator simulator) throws Exception {
        // At the first request, in the middle, and with the last ones in flight.
        for (int point : List.of(1, PROMPTS / 2, PROMPTS - PARALLEL)) {
            long before = written();
            simulator.resetLog();
            simulator.clearFaults();
            // Keeps the program from finishing before it is killed.
            simulator.fault(Fault.when().after(point - before).hang());
            BatchProcess process = start(simulator);
            Eventually.await(
                    "request " + point,
                    () -> simulator.requestCount() >= Math.max(1, point - before) || !process.isAlive());
            process.kill();
            assertThat(process.exitCode()).as(process.err()).isEqualTo(KILLED);
            assertThat(sent(simulator)).allMatch(prompt -> prompt > before).doesNotHaveDuplicates();
            assertThat(Files.readString(output))
                    .satisfies(text -> assertThat(expected).startsWith(text));
        }
        long before = written();
        assertThat(before).isBetween(PROMPTS / 2L, PROMPTS - 1L);
        simulator.resetLog();
        simulator.clearFaults();
        finish(simulator);
        assertThat(sent(simulator))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(before + 1, PROMPTS).boxed().toList());
        assertThat(Files.readString(output)).isEqualTo(expected);
    }

    @Test
    void whenInterruptedItWritesRunningPromptsAndCanContinue(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().after(20).whenInFlight(PARALLEL + 1));
        BatchProcess process = start(simulator);
        Eventually.await(
                "four requests held", () -> simulator.inFlight() == PARALLEL && simulator.requestCount() == 24);
        process.terminate();
        Eventually.await(
                "the message about stopping", () -> process.err().contains("Stopping after the running prompts"));
        CompletableFuture<HttpResponse<String>> unused = release(simulator);
        assertThat(process.exitCode()).as(process.err()).isEqualTo(TERMINATED);
        assertThat(process.err()).contains("Interrupted after 24 prompts. Run the same command to continue.");
        assertThat(unused.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(written()).isEqualTo(24);

        simulator.resetLog();
        simulator.clearFaults();
        finish(simulator);
        assertThat(simulator.requestCount()).isEqualTo(PROMPTS - 24);
        assertThat(Files.readString(output)).isEqualTo(expected);
    }

    /** Releases the held requests by sending one more. */
    private static CompletableFuture<HttpResponse<String>> release(GeminiSimulator simulator) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(simulator.baseUrl() + "/v1beta/models/m:generateContent"))
                .header("x-goog-api-key", "other-secret")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"contents\": [{\"parts\": [{\"text\": \"Go\"}]}]}"))
                .build();
        return HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }
}
