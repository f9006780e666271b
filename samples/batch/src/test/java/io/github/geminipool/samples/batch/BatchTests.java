package io.github.geminipool.samples.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.RequestRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Complete runs over real HTTP. */
@Timeout(60)
class BatchTests {

    private static final String THREE = "Why?\n\nWhy not?\r\n<b>Grüße & 🎉</b>\n";

    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(b -> b.key(Outcome.KEY));

    @TempDir
    private Path folder;

    private static List<JsonNode> json(String lines) {
        return lines.lines().map(JsonMapper.shared()::readTree).toList();
    }

    private static List<String> kinds(List<JsonNode> results) {
        return results.stream()
                .map(result -> result.path("error").path("kind").asString("answered"))
                .toList();
    }

    @Test
    void answersStandardInputInOrderOnStandardOutput(GeminiSimulator simulator) {
        Outcome outcome = Outcome.of(simulator, THREE);
        assertThat(outcome.exitCode()).isZero();
        List<JsonNode> results = json(outcome.out());
        assertThat(results).extracting(result -> result.path("index").asLong()).containsExactly(1L, 2L, 3L);
        assertThat(results)
                .extracting(result -> result.path("text").asString())
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"Why?\""),
                        second -> assertThat(second).contains("\"Why not?\""),
                        third -> assertThat(third).contains("\"<b>Grüße & 🎉</b>\""));
        assertThat(outcome.out()).doesNotContain("\"key\"", "\"error\"", "\"finish\"", "null");
        assertThat(outcome.err()).contains("3 prompts: 3 answered, 0 failed, in ", "Key #1 3");
    }

    @Test
    void jsonLinesSetRequestOptions(GeminiSimulator simulator) throws Exception {
        Path file = folder.resolve("prompts.jsonl");
        Files.writeString(file, """
                {"id": "sky", "prompt": "Why\\nis the sky blue?", "model": "own-model", "temperature": 0.5}
                {"id": 7, "prompt": "Hello", "system": "Be brief."}
                """);
        Outcome outcome = Outcome.of(simulator, "", file.toString(), "--model", "usual-model", "--with-key");
        assertThat(outcome.exitCode()).isZero();
        assertThat(json(outcome.out()))
                .satisfiesExactly(
                        sky -> {
                            assertThat(sky.path("id").asString()).isEqualTo("sky");
                            assertThat(sky.path("text").asString()).contains("own-model", "Why\nis the sky blue?");
                            assertThat(sky.path("key").asString()).isEqualTo("Key #1");
                        },
                        hello -> {
                            assertThat(hello.path("id").asString()).isEqualTo("7");
                            assertThat(hello.path("text").asString()).contains("usual-model");
                        });
        assertThat(simulator.requests())
                .filteredOn(request -> request.model().equals("usual-model"))
                .extracting(RequestRecord::inputTokens)
                .as("\"Hello\" and \"Be brief.\"")
                .containsExactly(2L + 3L);
    }

    @Test
    void secondRunSendsOnlyNewPromptsAndThirdRunNone(GeminiSimulator simulator) throws Exception {
        Path output = folder.resolve("results.jsonl");
        String whole = Outcome.of(simulator, "One?\nTwo?\nThree?\n").out();
        simulator.resetLog();

        Outcome.of(simulator, "One?\n", "-o", output.toString());
        assertThat(Outcome.of(simulator, "One?\nTwo?\nThree?\n", "-o", output.toString())
                        .err())
                .contains("Already done: 1 prompt.", "3 prompts: 3 answered");
        assertThat(simulator.requestCount()).isEqualTo(3);
        assertThat(output).hasContent(whole);

        Outcome third = Outcome.of(simulator, "One?\nTwo?\nThree?\n", "-o", output.toString());
        assertThat(third.exitCode()).isZero();
        assertThat(simulator.requestCount()).isEqualTo(3);
        assertThat(output).hasContent(whole);
    }

    @Test
    void failedPromptIsReportedAndOthersAreAnswered(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().nth(1).respond(400));
        simulator.fault(Fault.when().nth(2).body(200, "{\"promptFeedback\": {\"blockReason\": \"SAFETY\"}}"));
        Path output = folder.resolve("results.jsonl");
        Outcome outcome = Outcome.of(simulator, THREE, "-p", "1", "-o", output.toString());
        assertThat(outcome.exitCode()).isEqualTo(1);
        List<JsonNode> results = json(Files.readString(output));
        assertThat(kinds(results)).containsExactly("INVALID_REQUEST", "EMPTY_RESPONSE", "answered");
        assertThat(results.get(1).path("finish").asString()).isEqualTo("SAFETY");
        assertThat(outcome.err()).contains("3 prompts: 1 answered, 2 failed");

        assertThat(Outcome.of(simulator, THREE, "-o", output.toString()).exitCode())
                .as("failed prompts of the earlier run")
                .isEqualTo(1);
    }

    @Test
    void serverErrorIsReportedIfOtherPromptsAreAnswered(GeminiSimulator simulator) {
        simulator.fault(Fault.when().nth(1).respond(500));
        simulator.fault(Fault.when().nth(3).respond(500));
        Outcome outcome = Outcome.of(simulator, THREE, "-p", "1", "-Dgemini.pool.retry.max-attempts=1");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(kinds(json(outcome.out()))).containsExactly("SERVER_ERROR", "answered", "SERVER_ERROR");
    }

    @Test
    void outageStopsTheBatchWithoutLosingPrompts(GeminiSimulator simulator) throws Exception {
        String prompts = "Prompt\n".repeat(10);
        Path output = folder.resolve("results.jsonl");
        simulator.fault(Fault.when().after(2).respond(503));
        Outcome stopped = Outcome.of(
                simulator, prompts, "-p", "1", "-o", output.toString(), "-Dgemini.pool.retry.max-attempts=1");
        assertThat(stopped.exitCode()).isEqualTo(3);
        assertThat(stopped.err())
                .contains("Stopped after 2 prompts. Run the same command to continue. 5 prompts in a row failed");
        assertThat(Files.readAllLines(output)).hasSize(2);

        simulator.clearFaults();
        assertThat(Outcome.of(simulator, prompts, "-o", output.toString()).exitCode())
                .isZero();
        assertThat(kinds(json(Files.readString(output)))).hasSize(10).containsOnly("answered");
    }

    @Test
    void exhaustedQuotaStopsTheBatchWithoutLosingPrompts(GeminiSimulator simulator) throws Exception {
        simulator.addQuota(Quota.requestsPerDay(2));
        Path output = folder.resolve("results.jsonl");
        Outcome stopped = Outcome.of(simulator, THREE, "-p", "1", "-o", output.toString());
        assertThat(stopped.exitCode()).isEqualTo(3);
        assertThat(stopped.err()).contains("Stopped after 2 prompts. Run the same command to continue.", "Key #1");
        assertThat(Files.readAllLines(output)).hasSize(2);

        simulator.removeQuotas();
        simulator.resetLog();
        assertThat(Outcome.of(simulator, THREE, "-o", output.toString()).exitCode())
                .isZero();
        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @Test
    void rejectedKeyStopsTheBatchAndIsNotPrinted(GeminiSimulator simulator) {
        simulator.keyState(Outcome.KEY, KeyState.LEAKED);
        Outcome outcome = Outcome.of(simulator, THREE, "-Dgemini.pool.acquire-timeout=0s");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .contains("Stopped after 0 prompts. Use --output to be able to continue.", "leaked")
                .doesNotContain(Outcome.KEY);
    }

    @Test
    void invalidLineOfStandardInputStopsAfterThePromptsBeforeIt(GeminiSimulator simulator) {
        Outcome outcome =
                Outcome.of(simulator, "{\"prompt\": \"One?\"}\n{\"prompt\": \"Two?\"}\nThree?\n", "--format", "jsonl");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(json(outcome.out())).hasSize(2);
        assertThat(outcome.err()).contains("Standard input, line 3: not a JSON object");
    }

    @Test
    void simulatorOptionNeedsNoKeys() {
        Outcome outcome =
                Outcome.of(THREE, List.of("--simulator", "-Dgemini.pool.keys=", "-Dbatch.simulator.latency=0ms"));
        assertThat(outcome.exitCode()).isZero();
        assertThat(json(outcome.out())).hasSize(3);
    }
}
