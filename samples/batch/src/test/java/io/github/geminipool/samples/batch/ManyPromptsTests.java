package io.github.geminipool.samples.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Memory is bounded, however many prompts there are. */
@Timeout(120)
class ManyPromptsTests {

    private static final int PROMPTS = 10_000;

    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(b -> b.key(Outcome.KEY));

    @TempDir
    private Path folder;

    @Test
    void tenThousandPromptsPassInSixtyFourMegabytesSimulatorIncluded(GeminiSimulator unused) throws Exception {
        Files.writeString(
                folder.resolve("prompts.txt"),
                IntStream.rangeClosed(1, PROMPTS)
                        .mapToObj(i -> "What is the square of " + i + "?\n")
                        .collect(Collectors.joining()));
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
