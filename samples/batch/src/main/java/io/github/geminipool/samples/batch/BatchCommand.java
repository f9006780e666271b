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
        description =
                "Runs many prompts over a pool of Gemini keys, and writes a line of JSON for each, in their order.",
        exitCodeOnExecutionException = BatchCommand.UNEXPECTED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every prompt was answered",
            "1:all are done, and some failed; their lines say why",
            "2:the command line, the prompts or the configuration are wrong",
            "3:stopped early, for want of keys or in an outage; the same command goes on",
            "4:the output has results of other prompts, or is in use; nothing was changed",
            "5:results can't be written",
            "70:a bug",
            "130, 143:interrupted (Ctrl+C, SIGTERM); the same command goes on"
        },
        footer = {
            "",
            "Keys are read from the environment: GEMINI_POOL_KEYS=first-key,second-key.",
            "A line of JSONL has prompt and, if wanted, id, model, system and temperature."
        })
final class BatchCommand implements Callable<Integer> {

    static final int UNEXPECTED = 70;

    private final Console console;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "The prompts, a line each. Without it, or for -, standard input.")
    private @Nullable Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where results go, instead of standard output. Where there are some already, it goes on after"
                    + " them.")
    private @Nullable Path output;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "What a line is: ${COMPLETION-CANDIDATES}. By default JSONL for files whose names end in .jsonl"
                            + " or .ndjson, otherwise TEXT.")
    private @Nullable PromptFormat format;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "NAME",
            description = "The model of prompts that name none.")
    private @Nullable String model;

    @Option(names = "--system", paramLabel = "TEXT", description = "The system instruction of prompts that have none.")
    private @Nullable String system;

    @Option(names = "--temperature", paramLabel = "0..2", description = "The temperature of prompts that have none.")
    private @Nullable Float temperature;

    @Option(
            names = {"-p", "--parallel"},
            paramLabel = "N",
            description = "So many prompts run at once. Default: 10.")
    private @Nullable Integer parallel;

    @Option(names = "--with-key", description = "Results name the key that served them.")
    private boolean withKey;

    @Option(
            names = "--progress",
            paramLabel = "MODE",
            defaultValue = "AUTO",
            description = "How progress is shown on standard error: ${COMPLETION-CANDIDATES}. By default a bar"
                    + " on a terminal, unless results go there too, otherwise lines.")
    private ProgressMode progress = ProgressMode.AUTO;

    @Option(names = "--simulator", description = "Ask a Gemini API inside this process; needs no keys.")
    private boolean simulator;

    @Option(
            names = "-D",
            paramLabel = "PROPERTY=VALUE",
            description = "Any property of the pool, such as -Dgemini.pool.acquire-timeout=1h; may be repeated.")
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

    /** Whatever is to be told is told here: an interrupted process ends as soon as this has returned. */
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
            console.err().println("Done already: " + before.prompts() + ".");
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
            throw new BatchException(ExitCode.OUTPUT_REFUSED, output + " holds the prompts. Take another output.");
        }
        return ResultFile.open(output);
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false; // One of them is not there yet.
        }
    }

    private ConfigurableApplicationContext start(boolean withBar) {
        SpringApplicationBuilder application = new SpringApplicationBuilder(BatchApplication.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                // The pool would be closed before what it runs has ended.
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
                    "The pool could not start; the reason is above. To try this without keys: --simulator.",
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
