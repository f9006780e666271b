package io.github.geminipool.samples.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Errors and messages before the first prompt is sent. */
class CommandLineTests {

    @TempDir
    private Path folder;

    private static Outcome run(String... args) {
        return Outcome.of("", List.of(args));
    }

    @Test
    void helpListsOptionsAndExitCodesOnStandardOutput() {
        Outcome outcome = run("--help");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("--output=FILE", "--simulator", "Exit codes:", "GEMINI_POOL_KEYS");
        assertThat(outcome.err()).isEmpty();
        for (ExitCode code : ExitCode.values()) {
            assertThat(outcome.out()).containsPattern("\n  " + code.number() + " ");
        }
    }

    @Test
    void unknownOptionIsRejected() {
        Outcome outcome = run("--outptu", "results.jsonl");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("Unknown option", "--outptu", "Possible solutions: --output");
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void missingFileIsRejected() {
        Path missing = folder.resolve("missing.txt");
        assertThat(run(missing.toString()))
                .isEqualTo(new Outcome(2, "", "File not found: " + missing + System.lineSeparator()));
    }

    @Test
    void invalidLineIsRejectedBeforeAnyPromptIsSent() throws Exception {
        Path file = folder.resolve("prompts.jsonl");
        Files.writeString(file, "{\"prompt\": \"Why?\"}\n\n{\"prompt\": \"Why not?\", \"temprature\": 1}\n");
        Outcome outcome = run(file.toString());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err())
                .contains(file + ", line 3: unknown field \"temprature\"; known fields: id, prompt, model");

        Files.writeString(file, "{\"id\": \"a\"}\n");
        assertThat(run(file.toString()).err()).contains("line 1: missing field \"prompt\"");
        Files.writeString(file, "Why?\n");
        assertThat(run(file.toString()).err()).contains("line 1: not a JSON object with a prompt");
    }

    @Test
    void inputThatIsNotUtf8IsRejected() throws Exception {
        Path file = folder.resolve("prompts.txt");
        Files.write(file, "Why?\nGrüße\n".getBytes(StandardCharsets.ISO_8859_1));
        Outcome outcome = run(file.toString());
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("is not UTF-8");
    }

    @Test
    void promptsAreNotOverwritten() throws Exception {
        Path file = folder.resolve("prompts.txt");
        Files.writeString(file, "Why?");
        Outcome outcome =
                run(file.toString(), "--output", folder.resolve("./prompts.txt").toString());
        assertThat(outcome.exitCode()).isEqualTo(4);
        assertThat(outcome.err()).contains("contains the prompts");
        assertThat(file).hasContent("Why?");
    }

    @Test
    void unwritableOutputIsReported() {
        Path nowhere = folder.resolve("nowhere").resolve("results.jsonl");
        Outcome outcome = Outcome.of("Why?\n", List.of("--output", nowhere.toString()));
        assertThat(outcome.exitCode()).isEqualTo(5);
        assertThat(outcome.err()).contains(nowhere + " cannot be written: NoSuchFileException");
    }

    @Test
    void noPromptsSucceedWithoutKeys() {
        Outcome outcome = Outcome.of("\n \n", List.of());
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("0 prompts: 0 answered, 0 failed");
    }

    @Test
    void missingKeysAreExplained() {
        Outcome outcome = Outcome.of("Why?\n", List.of("-Dgemini.pool.keys="));
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("To try this without keys, use --simulator");
    }
}
