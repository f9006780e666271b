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

/** The program's own process is ended from outside, and started again. */
@Timeout(240)
class KillTests {

    private static final int PROMPTS = 120;
    private static final int PARALLEL = 4;
    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(b ->
            b.key(Outcome.KEY).key("somebody").latency(Latency.uniform(Duration.ofMillis(1), Duration.ofMillis(9))));

    @TempDir
    private Path folder;

    private Path output;
    private String expected = "";

    @BeforeEach
    void uninterruptedRun(GeminiSimulator simulator) throws Exception {
        output = folder.resolve("results.jsonl");
        Path prompts = folder.resolve("prompts.txt");
        // The simulator counts a token for each four characters: the count tells which prompt it was.
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

    /** To the end, and within this process, which is quicker. */
    private void goOn(GeminiSimulator simulator) {
        String prompts = folder.resolve("prompts.txt").toString();
        Outcome last = Outcome.of(simulator, "", prompts, "-o", output.toString());
        assertThat(last.exitCode()).as(last.err()).isZero();
    }

    private static List<Long> asked(GeminiSimulator simulator) {
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
    void killedAtThreePointsItLosesNoPromptAndRepeatsNoneThatIsWritten(GeminiSimulator simulator) throws Exception {
        // At the first request; in the middle; and with the last ones under way.
        for (int point : List.of(1, PROMPTS / 2, PROMPTS - PARALLEL)) {
            long before = written();
            simulator.resetLog();
            simulator.clearFaults();
            // It can't get to the end before it is killed.
            simulator.fault(Fault.when().after(point - before).hang());
            BatchProcess process = start(simulator);
            Eventually.await(
                    "request " + point,
                    () -> simulator.requestCount() >= Math.max(1, point - before) || !process.isAlive());
            process.kill();
            assertThat(process.exitCode()).as(process.err()).isEqualTo(KILLED);
            assertThat(asked(simulator)).allMatch(prompt -> prompt > before).doesNotHaveDuplicates();
            assertThat(Files.readString(output))
                    .satisfies(text -> assertThat(expected).startsWith(text));
        }
        long before = written();
        assertThat(before).isBetween(PROMPTS / 2L, PROMPTS - 1L);
        simulator.resetLog();
        simulator.clearFaults();
        goOn(simulator);
        assertThat(asked(simulator))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(before + 1, PROMPTS).boxed().toList());
        assertThat(Files.readString(output)).isEqualTo(expected);
    }

    @Test
    void interruptedItWritesWhatRunsAndGoesOnLater(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().after(20).whenInFlight(PARALLEL + 1));
        BatchProcess process = start(simulator);
        Eventually.await("four are held", () -> simulator.inFlight() == PARALLEL && simulator.requestCount() == 24);
        process.terminate();
        Eventually.await("it says so", () -> process.err().contains("Stopping when what runs is answered"));
        CompletableFuture<HttpResponse<String>> unused = letGo(simulator);
        assertThat(process.exitCode()).as(process.err()).isEqualTo(TERMINATED);
        assertThat(process.err()).contains("Interrupted after 24 prompts. The same command goes on from there.");
        assertThat(unused.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(written()).isEqualTo(24);

        simulator.resetLog();
        simulator.clearFaults();
        goOn(simulator);
        assertThat(simulator.requestCount()).isEqualTo(PROMPTS - 24);
        assertThat(Files.readString(output)).isEqualTo(expected);
    }

    /** Held requests go on when there is one more. */
    private static CompletableFuture<HttpResponse<String>> letGo(GeminiSimulator simulator) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(simulator.baseUrl() + "/v1beta/models/m:generateContent"))
                .header("x-goog-api-key", "somebody")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"contents\": [{\"parts\": [{\"text\": \"Go\"}]}]}"))
                .build();
        return HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }
}
