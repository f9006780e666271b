package io.github.geminipool.samples.batch;

import io.github.geminipool.GeminiPool;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line. */
@Command(
        name = "gemini-batch",
        mixinStandardHelpOptions = true,
        version = "gemini-batch, a sample of gemini-pool",
        sortOptions = false,
        description = "Runs many prompts using a pool of Gemini keys and writes one line of JSON per prompt, in order.",
        exitCodeOnExecutionException = BatchCommand.UNEXPECTED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all prompts were answered",
            "1:all prompts are done, some failed; see their lines",
            "2:invalid command line, prompts or configuration",
            "3:stopped early because no key was available or in an outage; run the same command to continue",
            "4:the output has results of other prompts or is in use; it was not changed",
            "5:results could not be written",
            "70:a bug",
            "130, 143:interrupted (Ctrl+C, SIGTERM); run the same command to continue"
        },
        footer = {
            "",
            "Keys are read from the environment: GEMINI_POOL_KEYS=first-key,second-key.",
            "A JSONL line has the field prompt and optionally id, model, system and temperature."
        })
final class BatchCommand implements Callable<Integer> {

    static final int UNEXPECTED = 70;

    private final Console console;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "The prompts, one per line. Default, and for -: standard input.")
    private @Nullable Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Writes results to this file instead of standard output. If it already has results, continues after"
                            + " them.")
    private @Nullable Path output;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "Format of the lines: ${COMPLETION-CANDIDATES}. Default: JSONL for .jsonl and .ndjson files,"
                    + " otherwise TEXT.")
    private @Nullable PromptFormat format;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "NAME",
            description = "The model for prompts that do not name one.")
    private @Nullable String model;

    @Option(names = "--system", paramLabel = "TEXT", description = "The system instruction for prompts without one.")
    private @Nullable String system;

    @Option(names = "--temperature", paramLabel = "0..2", description = "The temperature for prompts without one.")
    private @Nullable Float temperature;

    @Option(
            names = {"-p", "--parallel"},
            paramLabel = "N",
            description = "Number of prompts to run at once. Default: 10.")
    private @Nullable Integer parallel;

    @Option(names = "--with-key", description = "Adds the name of the key that served each prompt.")
    private boolean withKey;

    @Option(
            names = "--progress",
            paramLabel = "MODE",
            defaultValue = "AUTO",
            description = "How to show progress on standard error: ${COMPLETION-CANDIDATES}. Default: a bar on a"
                    + " terminal unless results go there too, otherwise lines.")
    private ProgressMode progress = ProgressMode.AUTO;

    @Option(names = "--simulator", description = "Use an embedded Gemini simulator; needs no keys.")
    private boolean simulator;

    @Option(
            names = "-D",
            paramLabel = "PROPERTY=VALUE",
            description = "Any property of the pool, such as -Dgemini.pool.acquire-timeout=1h. Repeatable.")
    private Map<String, String> properties = new LinkedHashMap<>();

    private BatchCommand(Console console) {
        this.console = console;
    }

    static CommandLine commandLine(Console console) {
        return new CommandLine(new BatchCommand(console))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(console.out(), true, Charset.defaultCharset()))
                .setErr(new PrintWriter(console.err(), true, Charset.defaultCharset()));
    }

    @Override
    public Integer call() {
        OptionalInt barWidth = progress.barWidth(output == null);
        String before = barWidth.isPresent() ? TerminalLines.CLEAR : "";
        try (Interruption interruption = Interruption.expect(console.err(), before)) {
            return answerAll(interruption, barWidth).number();
        }
    }

    /** Prints all messages itself, because an interrupted process exits as soon as this method returns. */
    private ExitCode answerAll(Interruption interruption, OptionalInt barWidth) {
        try {
            Input input = input();
            long total = input.count();
            try (Results results = results();
                    Prompts prompts = input.open()) {
                return answer(prompts, total, results, interruption, barWidth);
            }
        } catch (BatchException e) {
            console.err().println(e.getMessage());
            return e.exitCode();
        }
    }

    private ExitCode answer(
            Prompts prompts, long total, Results results, Interruption interruption, OptionalInt barWidth) {
        Tally before = results.resume(prompts);
        if (before.done() > 0) {
            console.err().println("Already done: " + before.prompts() + ".");
        }
        if (!prompts.hasNext()) {
            console.err().println(before + ".");
            return before.exitCode();
        }
        try (ConfigurableApplicationContext context = start(barWidth.isPresent())) {
            BatchRun run = new BatchRun(context.getBean(GeminiPool.class), prompts, total, results, withKey, before);
            Tally tally = run.run(interruption, progress, barWidth, console.err());
            console.err().println(tally + ", " + run.figures());
            return tally.exitCode();
        }
    }

    private Input input() {
        Path named = file == null || file.toString().equals("-") ? null : file;
        PromptFormat read = format == null ? PromptFormat.ofFile(String.valueOf(named)) : format;
        return new Input(named, console.in(), read, new RequestOptions(model, system, temperature));
    }

    private Results results() {
        if (output == null) {
            return new StandardOutput(console.out());
        }
        if (file != null && isSame(file, output)) {
            throw new BatchException(
                    ExitCode.OUTPUT_REFUSED, output + " contains the prompts. Choose another output file.");
        }
        return ResultFile.open(output);
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false; // One of them does not exist yet.
        }
    }

    private ConfigurableApplicationContext start(boolean withBar) {
        SpringApplicationBuilder application = new SpringApplicationBuilder(BatchApplication.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                // The hook would close the pool before running prompts end.
                .registerShutdownHook(false)
                .properties(Map.of("batch.bar", withBar));
        if (simulator) {
            application.sources(SimulatorConfiguration.class);
        }
        try {
            return application.run(springArguments());
        } catch (RuntimeException e) {
            throw new BatchException(
                    ExitCode.WRONG_INPUT,
                    "Could not start the pool; see the error above. To try this without keys, use --simulator.",
                    e);
        }
    }

    private String[] springArguments() {
        List<String> arguments = new ArrayList<>();
        if (parallel != null) {
            arguments.add("--gemini.pool.size=" + parallel);
        }
        properties.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        return arguments.toArray(String[]::new);
    }
}
