package io.github.geminipool.simulator.cli;

import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorBuilder;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.internal.fault.FaultText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a simulator until it is interrupted. */
@Command(
        name = "gemini-simulator",
        mixinStandardHelpOptions = true,
        version = "gemini-pool simulator",
        sortOptions = false,
        description = {
            "Plays the Gemini API on 127.0.0.1.",
            "What it saw: GET /_simulator/log and /_simulator/stats. To change it while it runs:"
                    + " POST /_simulator/keys/1/state {\"state\": \"LEAKED\"}, POST and DELETE /_simulator/faults."
        })
public final class SimulatorMain implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--port", defaultValue = "8089", description = "Port; 0 for any. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--key",
            paramLabel = "SECRET[:PROJECT[:BILLING]]",
            description = "A key; may be repeated. Keys with the same project share its quotas.")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Offer this model only; may be repeated. By default any name is answered.")
    private List<String> models = new ArrayList<>();

    @Option(names = "--rpm", paramLabel = "N", description = "Requests per minute of each project and model.")
    private @Nullable Long requestsPerMinute;

    @Option(names = "--tpm", paramLabel = "N", description = "Input tokens per minute of each project and model.")
    private @Nullable Long inputTokensPerMinute;

    @Option(names = "--rpd", paramLabel = "N", description = "Requests per day of each project and model.")
    private @Nullable Long requestsPerDay;

    @Option(names = "--fixed-window", description = "Minutes of the clock instead of the last 60 seconds.")
    private boolean fixedWindow;

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            defaultValue = "0ms",
            description = "Median time of an answer, such as 800ms. Default: none.")
    private String latency = "0ms";

    @Option(
            names = "--latency-spread",
            paramLabel = "SIGMA",
            defaultValue = "0",
            description = "Spread of the latency: 0 for none, 0.5 for a usual long tail.")
    private double latencySpread;

    @Option(
            names = "--stream-gap",
            paramLabel = "TIME",
            defaultValue = "0ms",
            description = "Pause between the events of a stream.")
    private String streamGap = "0ms";

    @Option(
            names = "--fault",
            paramLabel = "WORDS",
            description = {
                "Something that goes wrong; may be repeated. Words with commas between: which requests"
                        + " (key=1, model=, operation=generate-content, nth=, first=, after=, probability=0.1)"
                        + " and what happens, one of: respond=503, wire=429-free-tpm.json, html, reset,"
                        + " reset-after-headers, truncate-body, cut-stream-after=2,"
                        + " error-in-stream=503-high-demand.json, bare-error-in-stream=500-internal.json,"
                        + " hang, delay=2s, when-in-flight=10."
            })
    private List<String> faults = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Seed of all chance.")
    private long seed;

    @Option(names = "--tls", description = "HTTPS with a new self-signed certificate.")
    private boolean tls;

    /**
     * Starts from a command line.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new SimulatorMain()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (GeminiSimulator simulator = start()) {
            PrintWriter out = commandLine().getOut();
            out.println("The Gemini simulator listens on " + simulator.baseUrl());
            out.flush();
            Thread.currentThread().join();
        }
        return 0;
    }

    private GeminiSimulator start() {
        GeminiSimulatorBuilder builder = GeminiSimulator.builder()
                .port(port)
                .seed(seed)
                .models(models.toArray(String[]::new))
                .latency(Latency.logNormal(FaultText.duration(latency), latencySpread))
                .streamGap(Latency.fixed(FaultText.duration(streamGap)));
        for (String key : keys.isEmpty() ? List.of("simulated-key") : keys) {
            String[] parts = key.split(":", 3);
            builder.key(
                    parts[0],
                    options -> options.project(parts.length > 1 ? parts[1] : "")
                            .billingAccount(parts.length > 2 ? parts[2] : ""));
        }
        quotas().forEach(builder::quota);
        if (tls) {
            builder.tls();
        }
        GeminiSimulator simulator = builder.start();
        try {
            for (String fault : faults) {
                Map<String, String> words = FaultText.split(fault);
                simulator.fault(FaultText.parse(words, this::secret));
            }
        } catch (IllegalArgumentException wrong) {
            simulator.close();
            throw new ParameterException(commandLine(), "--fault: " + wrong.getMessage(), wrong);
        }
        return simulator;
    }

    private List<Quota> quotas() {
        List<Quota> quotas = new ArrayList<>();
        if (requestsPerMinute != null) {
            quotas.add(Quota.requestsPerMinute(requestsPerMinute));
        }
        if (inputTokensPerMinute != null) {
            quotas.add(Quota.inputTokensPerMinute(inputTokensPerMinute));
        }
        if (requestsPerDay != null) {
            quotas.add(Quota.requestsPerDay(requestsPerDay));
        }
        return fixedWindow ? quotas.stream().map(Quota::fixedWindow).toList() : quotas;
    }

    /** The secret behind a number; a secret stands for itself. */
    private String secret(String nameOrSecret) {
        String number = nameOrSecret.replace("Key #", "");
        if (number.matches("[1-9][0-9]{0,4}") && Integer.parseInt(number) <= keys.size()) {
            return keys.get(Integer.parseInt(number) - 1).split(":", 2)[0];
        }
        return nameOrSecret;
    }

    private CommandLine commandLine() {
        if (spec == null) {
            throw new IllegalStateException("Only picocli runs this");
        }
        return spec.commandLine();
    }
}
