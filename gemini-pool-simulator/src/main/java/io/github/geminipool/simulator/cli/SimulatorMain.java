package io.github.geminipool.simulator.cli;

import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorBuilder;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.LongDecode;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.internal.fault.FaultText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
            "Simulates the Gemini API on 127.0.0.1.",
            "Inspect requests with GET /_simulator/log and /_simulator/stats. Change keys and faults with"
                    + " POST /_simulator/keys/1/state {\"state\": \"LEAKED\"}, POST and DELETE /_simulator/faults."
        })
public final class SimulatorMain implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--port",
            defaultValue = "8089",
            description = "Port; 0 for any free port. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--key",
            paramLabel = "SECRET[:PROJECT[:BILLING]]",
            description = "A key. Repeatable. Keys of the same project share its quotas.")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Offer only this model. Repeatable. Default: any name is accepted.")
    private List<String> models = new ArrayList<>();

    @Option(names = "--rpm", paramLabel = "N", description = "Requests per minute, per project and model.")
    private @Nullable Long requestsPerMinute;

    @Option(names = "--tpm", paramLabel = "N", description = "Input tokens per minute, per project and model.")
    private @Nullable Long inputTokensPerMinute;

    @Option(names = "--rpd", paramLabel = "N", description = "Requests per day, per project and model.")
    private @Nullable Long requestsPerDay;

    @Option(names = "--fixed-window", description = "Clock minutes instead of rolling 60 seconds.")
    private boolean fixedWindow;

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            defaultValue = "0ms",
            description = "Median latency of responses, such as 800ms. Default: none.")
    private String latency = "0ms";

    @Option(
            names = "--latency-spread",
            paramLabel = "SIGMA",
            defaultValue = "0",
            description = "Spread of the latency: 0 for none, 0.5 for a typical long tail. Default: 0.")
    private double latencySpread;

    @Option(
            names = "--stream-gap",
            paramLabel = "TIME",
            defaultValue = "0ms",
            description = "Pause between the events of a stream.")
    private String streamGap = "0ms";

    @Option(
            names = "--fault",
            paramLabel = "RULE",
            description = {
                "A fault rule. Repeatable. Comma-separated: conditions"
                        + " (key=1, project=, model=, operation=generate-content, use=grounded, tier=flex,"
                        + " hop=, nth=, first=, after=, probability=0.1)"
                        + " and one action: respond=503, wire=429-free-tpm.json, html, html=200, reset,"
                        + " reset-after-headers, truncate-body, truncate-body=reset, cut-stream-after=2,"
                        + " cut-stream-after=2:hang, respond-in-array=429, encode=gzip,"
                        + " error-in-stream=503-high-demand.json, bare-error-in-stream=500-internal.json,"
                        + " repeat-continuation, hang, delay=2s, when-in-flight=10."
            })
    private List<String> faults = new ArrayList<>();

    @Option(
            names = "--long-decode",
            paramLabel = "MODEL=HOPS",
            description = "Answer in this many hops of a long decode. Repeatable.")
    private Map<String, Integer> longDecodes = new LinkedHashMap<>();

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Random seed. Default: 0.")
    private long seed;

    @Option(names = "--tls", description = "Use HTTPS with a new self-signed certificate.")
    private boolean tls;

    /**
     * Runs the program.
     *
     * @param args command-line arguments, see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new SimulatorMain()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (GeminiSimulator simulator = start()) {
            PrintWriter out = commandLine().getOut();
            out.println("Gemini simulator listening on " + simulator.baseUrl());
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
        longDecodes.forEach((model, hops) -> builder.longDecode(LongDecode.of(model, hops)));
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

    /** Resolves a key's number or short name to its secret; anything else is taken as a secret. */
    private String secret(String nameOrSecret) {
        String number = nameOrSecret.replace("Key #", "");
        if (number.matches("[1-9][0-9]{0,4}") && Integer.parseInt(number) <= keys.size()) {
            return keys.get(Integer.parseInt(number) - 1).split(":", 2)[0];
        }
        return nameOrSecret;
    }

    private CommandLine commandLine() {
        if (spec == null) {
            throw new IllegalStateException("Must be run by picocli");
        }
        return spec.commandLine();
    }
}
