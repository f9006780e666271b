package io.github.geminipool.samples.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Continuing from the results file of an earlier run, however it ended. */
class ResultFileTests {

    private static final String THREE = "Why?\nWhy not?\nWhat for?\n";

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void file() {
        file = folder.resolve("results.jsonl");
    }

    private static Prompts prompts(String text, RequestOptions options) {
        return new Prompts(
                "The test",
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                PromptFormat.TEXT,
                options);
    }

    private static Prompts prompts(String text) {
        return prompts(text, new RequestOptions(null, null, null));
    }

    private static byte[] results(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        prompts(text)
                .forEachRemaining(prompt -> bytes.writeBytes(
                        new ResultLine(prompt.index(), null, prompt.hash(), "Grüße 🎉", null, null, null).toBytes()));
        return bytes.toByteArray();
    }

    private Tally resume(Prompts prompts) {
        try (ResultFile opened = ResultFile.open(file)) {
            return opened.resume(prompts);
        }
    }

    @Test
    void incompleteLineIsRemovedAndItsPromptIsNext() throws Exception {
        byte[] whole = results(THREE);
        int second = results("Why?\nWhy not?\n").length;
        for (int length = second; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            Prompts prompts = prompts(THREE);
            assertThat(resume(prompts)).isEqualTo(new Tally(2, 0));
            assertThat(prompts.next().text()).isEqualTo("What for?");
            assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(whole, second));
        }
    }

    @Test
    void incompleteFirstLineIsRemoved() throws Exception {
        Files.write(file, Arrays.copyOf(results(THREE), 5));
        assertThat(resume(prompts(THREE))).isEqualTo(Tally.NONE);
        assertThat(file).isEmptyFile();
    }

    @Test
    void writingContinuesAfterTheLastCompleteLine() throws Exception {
        byte[] whole = results(THREE);
        Files.write(file, Arrays.copyOf(whole, whole.length - 3));
        Prompts prompts = prompts(THREE);
        try (ResultFile opened = ResultFile.open(file)) {
            opened.resume(prompts);
            Prompt third = prompts.next();
            opened.write(new ResultLine(third.index(), null, third.hash(), "Grüße 🎉", null, null, null));
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }

    @Test
    void failedPromptsOfEarlierRunsCountAsFailed() throws Exception {
        Prompt prompt = prompts(THREE).next();
        Files.write(
                file,
                new ResultLine(1, null, prompt.hash(), null, null, new ResultError("INVALID_REQUEST", "No."), null)
                        .toBytes());
        assertThat(resume(prompts(THREE))).isEqualTo(new Tally(0, 1));
    }

    @Test
    void resultsOfOtherPromptsAreRejectedAndNotChanged() throws Exception {
        assertRejected(results(THREE), "Why?\nWhy ever?\nWhat for?\n", "line 2 is the result of another prompt");
        assertRejected(results(THREE), "Why not?\nWhy?\nWhat for?\n", "line 1 is the result of another prompt");
        assertRejected(results(THREE), "Why?\nWhy not?\n", "it has more results than prompts");
        assertRejected("{\"index\":1}\n".getBytes(StandardCharsets.UTF_8), THREE, "line 1 is the result of another");
    }

    @Test
    void resultsOfOtherRequestOptionsAreRejected() throws Exception {
        Files.write(file, results(THREE));
        assertThatThrownBy(() -> resume(prompts(THREE, new RequestOptions("another-model", null, null))))
                .hasMessageContaining("or of other request options");
    }

    @Test
    void otherContentIsRejectedAndNotChanged() throws Exception {
        assertRejected("My diary.\n".getBytes(StandardCharsets.UTF_8), THREE, "line 1 is not a result");
        assertRejected("My diary.".getBytes(StandardCharsets.UTF_8), THREE, "line 1 is not a result");
        assertRejected("{\"index\":2,".getBytes(StandardCharsets.UTF_8), THREE, "line 1 is not a result");
    }

    private void assertRejected(byte[] content, String prompts, String why) throws IOException {
        Files.write(file, content);
        assertThatThrownBy(() -> resume(prompts(prompts)))
                .hasMessageContaining(why)
                .isInstanceOfSatisfying(
                        BatchException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.OUTPUT_REFUSED));
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void fileInUseIsRejected() {
        try (ResultFile first = ResultFile.open(file)) {
            first.resume(prompts(THREE));
            assertThatThrownBy(() -> ResultFile.open(file)).hasMessageContaining("is in use by another process");
        }
    }
}
