package io.github.geminipool.samples.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Memory use does not grow with the number of prompts. */
@Tag("slow")
@Timeout(120)
class ManyPromptsTests {

    private static final int PROMPTS = 10_000;

    /** Makes the prompts, and so the answers, too large to fit in memory together. */
    private static final String PADDING = " And why?".repeat(400);

    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(b -> b.key(Outcome.KEY));

    @TempDir
    private Path folder;

    @Test
    void tenThousandPromptsRunInSixtyFourMegabytesIncludingTheSimulator(GeminiSimulator unused) throws Exception {
        try (BufferedWriter prompts = Files.newBufferedWriter(folder.resolve("prompts.txt"))) {
            for (int i = 1; i <= PROMPTS; i++) {
                prompts.write("What is the square of " + i + "?" + PADDING + "\n");
            }
        }
        BatchProcess process = BatchProcess.start(
                unused,
                folder,
                List.of("-Xmx64m"),
                "prompts.txt",
                "--output=results.jsonl",
                "--simulator",
                "-Dbatch.simulator.latency=0ms");
        assertThat(process.exitCode()).as(process.err()).isZero();
        assertThat(process.err()).contains(PROMPTS + " prompts: " + PROMPTS + " answered, 0 failed");
        try (Stream<String> lines = Files.lines(folder.resolve("results.jsonl"))) {
            assertThat(lines.map(line -> line.substring(0, line.indexOf(','))))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, PROMPTS)
                            .mapToObj(i -> "{\"index\":" + i)
                            .toList());
        }
    }
}
