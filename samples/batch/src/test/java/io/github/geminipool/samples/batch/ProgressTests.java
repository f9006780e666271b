package io.github.geminipool.samples.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.BatchProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The display of progress. */
@Timeout(60)
class ProgressTests {

    private static final KeyFigures KEYS = new KeyFigures(List.of("shop", "spare", "unused"));

    private final ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(drawn, true, StandardCharsets.UTF_8);

    private static BatchProgress after(Duration elapsed, long done, long total) {
        return new BatchProgress(
                done,
                1,
                total,
                elapsed,
                Map.of("spare", new BatchProgress.KeyFigures(3, 0), "shop", new BatchProgress.KeyFigures(done, 1)));
    }

    private List<String> lines() {
        return drawn.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void linesShowRateRemainingTimeAndKeysOccasionally() {
        Progress lines = new ProgressLines(out, 100, KEYS);
        lines.show(after(Duration.ofSeconds(1), 10, 200));
        assertThat(lines()).isEmpty();
        lines.show(after(Duration.ofSeconds(5), 50, 200));
        lines.show(after(Duration.ofSeconds(6), 60, 200));
        lines.show(after(Duration.ofSeconds(10), 100, -1));
        lines.close();
        assertThat(lines())
                .containsExactly(
                        "150 of 300 prompts, 1 failed, 10.0/s, 15 s left; keys: shop 50 (1 failed), spare 3",
                        "200 prompts, 1 failed, 10.0/s; keys: shop 100 (1 failed), spare 3");
    }

    @Test
    void barShowsProgressAndTheKeysBelowIt() {
        try (Progress bar = new TerminalBar(out, 100, 300, 100, KEYS)) {
            bar.show(after(Duration.ofSeconds(5), 50, 200));
        }
        String last = drawn.toString(StandardCharsets.UTF_8).replaceFirst("(?s).*\r(?=Prompts)", "");
        assertThat(last)
                .containsPattern(
                        "^Prompts +50% \\[=+>? *\\] 150/300 \\(\\d+:\\d\\d:\\d\\d\\) .*/s, 15 s left, 1 failed")
                .contains("\nshop 50 (1 failed), spare 3")
                .endsWith("\n\n");
    }

    @Test
    void barFitsTheTerminal() {
        try (Progress bar = new TerminalBar(out, 60, 300, 0, KEYS)) {
            bar.show(after(Duration.ofSeconds(5), 50, 200));
        }
        assertThat(drawn.toString(StandardCharsets.UTF_8).split("\r|\n|\u001B\\[1A"))
                .allSatisfy(line -> assertThat(line.replace("\u001B[K", "")).hasSizeLessThan(60));
    }

    @Test
    void barIsClosedEvenIfItsThreadIsInterrupted() {
        Progress bar = new TerminalBar(out, 100, 300, 0, KEYS);
        Thread.currentThread().interrupt();
        bar.close();
        assertThat(Thread.interrupted()).as("interrupt flag").isTrue();
        assertThat(drawn.toString(StandardCharsets.UTF_8)).contains("0/300").endsWith("\n\n");
    }

    @Test
    void barWorksWithAnUnknownNumberOfPrompts() {
        try (Progress bar = new TerminalBar(out, 80, -1, 0, KEYS)) {
            bar.show(after(Duration.ofSeconds(5), 50, -1));
        }
        assertThat(drawn.toString(StandardCharsets.UTF_8)).contains("50/?");
    }

    @Test
    void showsAsManyKeysAsFit() {
        Map<String, BatchProgress.KeyFigures> figures = new LinkedHashMap<>();
        List<String> names =
                IntStream.rangeClosed(1, 100).mapToObj(i -> "Key #" + i).toList();
        names.forEach(name -> figures.put(name, new BatchProgress.KeyFigures(7, 0)));
        BatchProgress progress = new BatchProgress(700, 0, 700, Duration.ofSeconds(1), figures);
        assertThat(new KeyFigures(names).text(progress, 60))
                .isEqualTo("Key #1 7, Key #2 7, Key #3 7, Key #4 7 and 96 more");
        for (int width = 20; width < 2000; width++) {
            assertThat(new KeyFigures(names).text(progress, width)).hasSizeLessThanOrEqualTo(width);
        }
    }

    @Test
    void widthIsTheTerminals() {
        assertThat(Terminal.width("40 120\n")).hasValue(120);
        assertThat(Terminal.width("0 0\n")).as("a terminal of unknown size").hasValue(80);
        assertThat(Terminal.width("")).isEmpty();
        assertThat(ProgressMode.LINES.barWidth(false)).isEmpty();
        assertThat(ProgressMode.BAR.barWidth(true)).isNotEqualTo(OptionalInt.empty());
    }
}
