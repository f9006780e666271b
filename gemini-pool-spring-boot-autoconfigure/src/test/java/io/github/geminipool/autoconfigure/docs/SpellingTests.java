package io.github.geminipool.autoconfigure.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spelling, by codespell, which knows common mistakes only; {@code .codespellrc} has the words that are none. Without codespell on the
 * path the tests are skipped, or fail with {@code -Dcodespell.required=true}.
 */
@Timeout(60)
class SpellingTests {

    @BeforeEach
    void needsCodespell() {
        boolean isInstalled = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> new File(folder, "codespell").canExecute());
        assumeTrue(isInstalled || Boolean.getBoolean("codespell.required"), "needs codespell on the path");
    }

    @Test
    void whatUsersReadIsSpelledRight() throws Exception {
        List<Path> files = new ArrayList<>();
        for (String ending : List.of(".md", ".java", ".html", ".yml")) {
            MarkdownPage.files(ending).stream()
                    .filter(file -> !file.toString().contains("/src/test/"))
                    .forEach(files::add);
        }

        assertThat(files).hasSizeGreaterThan(300);
        assertThat(mistakes(files)).isEmpty();
    }

    @Test
    void aMistakeIsNoticed(@TempDir Path folder) throws Exception {
        Path page = Files.writeString(folder.resolve("page.md"), "A key that is recieved inFlight.\n");
        assertThat(mistakes(List.of(page))).contains("recieved ==> received").doesNotContain("inFlight");
    }

    private static String mistakes(List<Path> files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("codespell"));
        files.forEach(file -> command.add(file.toString()));
        Process process = new ProcessBuilder(command)
                .directory(MarkdownPage.ROOT.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        // It answers with the number of mistakes.
        assertThat(output.isBlank()).as(output).isEqualTo(code == 0);
        return output;
    }
}
