package io.github.geminipool.simulator.internal.fault;

import io.github.geminipool.simulator.Cut;
import io.github.geminipool.simulator.Encoding;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.FaultCondition;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.ServiceTier;
import io.github.geminipool.simulator.Use;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Parses fault rules from text, for the command line and HTTP. */
public final class FaultText {
    private FaultText() {}

    /**
     * Splits {@code name=value,name=value}; a name without value has the value {@code true}.
     *
     * @param text the text
     * @return values by name
     */
    public static Map<String, String> split(String text) {
        Map<String, String> words = new LinkedHashMap<>();
        for (String word : text.split(",", -1)) {
            int equals = word.indexOf('=');
            words.put(
                    equals < 0 ? word.strip() : word.substring(0, equals).strip(),
                    equals < 0 ? "true" : word.substring(equals + 1).strip());
        }
        return words;
    }

    /**
     * Creates a fault.
     *
     * @param words conditions ({@code key}, {@code project}, {@code model}, {@code operation}, {@code use}, {@code tier},
     *     {@code hop}, {@code nth}, {@code first}, {@code after}, {@code probability}) and one action
     * @param keys resolves a key's short name to its secret
     * @return the fault
     */
    public static Fault parse(Map<String, String> words, UnaryOperator<String> keys) {
        Map<String, String> left = new LinkedHashMap<>(words);
        FaultCondition when = Fault.when();
        if (left.containsKey("key")) {
            when = when.key(keys.apply(left.remove("key")));
        }
        if (left.containsKey("model")) {
            when = when.model(left.remove("model"));
        }
        if (left.containsKey("operation")) {
            when = when.operation(Operation.valueOf(constant(left.remove("operation"))));
        }
        if (left.containsKey("project")) {
            when = when.project(left.remove("project"));
        }
        if (left.containsKey("use")) {
            when = when.use(Use.valueOf(constant(left.remove("use"))));
        }
        if (left.containsKey("tier")) {
            when = when.serviceTier(ServiceTier.valueOf(constant(left.remove("tier"))));
        }
        if (left.containsKey("hop")) {
            when = when.hop(Integer.parseInt(left.remove("hop")));
        }
        if (left.containsKey("nth")) {
            when = when.nth(Long.parseLong(left.remove("nth")));
        }
        if (left.containsKey("first")) {
            when = when.first(Long.parseLong(left.remove("first")));
        }
        if (left.containsKey("after")) {
            when = when.after(Long.parseLong(left.remove("after")));
        }
        if (left.containsKey("probability")) {
            when = when.probability(Double.parseDouble(left.remove("probability")));
        }
        if (left.size() != 1) {
            throw new IllegalArgumentException("A fault needs exactly one action, but has " + left.keySet());
        }
        Map.Entry<String, String> end = left.entrySet().iterator().next();
        return end(when, end.getKey(), end.getValue());
    }

    private static Fault cutStream(FaultCondition when, String[] eventsAndCut) {
        Cut cut = eventsAndCut.length == 1 ? Cut.CLOSE : Cut.valueOf(constant(eventsAndCut[1]));
        return when.cutStreamAfter(Integer.parseInt(eventsAndCut[0]), cut);
    }

    private static String constant(String text) {
        return text.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static Fault end(FaultCondition when, String word, String value) {
        return switch (word) {
            case "respond" -> when.respond(Integer.parseInt(value));
            case "wire" -> when.wire(value);
            case "respond-in-array" -> when.respondInArray(Integer.parseInt(value));
            case "html" -> when.html(value.equals("true") ? 503 : Integer.parseInt(value));
            case "encode" -> when.encode(Encoding.valueOf(constant(value)));
            case "reset" -> when.reset();
            case "reset-after-headers" -> when.resetAfterHeaders();
            case "truncate-body" -> when.truncateBody(value.equals("true") ? Cut.CLOSE : Cut.valueOf(constant(value)));
            case "cut-stream-after" -> cutStream(when, value.split(":", 2));
            case "error-in-stream" -> when.errorInStream(1, Framing.FRAMED, value);
            case "bare-error-in-stream" -> when.errorInStream(1, Framing.BARE, value);
            case "repeat-continuation" -> when.repeatContinuation();
            case "hang" -> when.hang();
            case "delay" -> when.delay(Latency.fixed(duration(value)));
            case "when-in-flight" -> when.whenInFlight(Integer.parseInt(value));
            default -> throw new IllegalArgumentException("Unknown action: " + word);
        };
    }

    /**
     * Parses a duration.
     *
     * @param text for example {@code 250ms}, {@code 2s}, {@code 1m} or ISO 8601
     * @return the duration
     */
    public static Duration duration(String text) {
        if (text.matches("[0-9]+ms")) {
            return Duration.ofMillis(Long.parseLong(text.replace("ms", "")));
        }
        return Duration.parse(text.startsWith("P") ? text : "PT" + text);
    }
}
