package io.github.geminipool.internal.request;

import io.github.geminipool.spi.CallFacts;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Reads what requests say by their URLs, and remembers it of the usual ones, {@code /v1beta/models/NAME:METHOD}: an application
 * calls few models, and calls them often. Thread-safe.
 */
final class ModelPaths {

    /** Maximum number of names and methods remembered; the next one begins anew. */
    static final int MAX_KNOWN = 256;

    /** Maximum length of a name and method remembered. */
    private static final int MAX_LENGTH = 128;

    private final UnaryOperator<String> masked;

    /** The facts by the last segment of a URL, which says all of them. */
    private final ConcurrentMap<String, CallFacts> known = new ConcurrentHashMap<>();

    /**
     * Creates an empty memory.
     *
     * @param masked masks secrets in names of models; always gives the same
     */
    ModelPaths(UnaryOperator<String> masked) {
        this.masked = masked;
    }

    /** Returns what a request says by its URL, method and headers, with the model's name masked. */
    CallFacts factsOf(Request request) {
        String name = nameIn(request.url().pathSegments());
        CallFacts facts = name == null ? null : known.get(name);
        if (facts != null) {
            return facts;
        }
        CallFacts read = withMasked(CallFactsReader.read(request));
        if (name != null && read.hasModel()) {
            remember(name, read);
        }
        return read;
    }

    /** Returns facts with the model's name masked. */
    CallFacts withMasked(CallFacts facts) {
        String model = masked.apply(facts.model());
        return model.equals(facts.model()) ? facts : facts.withModel(model);
    }

    private void remember(String name, CallFacts facts) {
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        known.put(name, facts);
    }

    /** Returns the model's name and the method of a usual URL; null if it is none. */
    private static @Nullable String nameIn(List<String> segments) {
        if (segments.size() != 3 || !segments.get(1).equals("models") || !ResourceNames.isVersion(segments.get(0))) {
            return null;
        }
        String name = segments.get(2);
        return name.length() > MAX_LENGTH ? null : name;
    }

    /** Returns the number of names and methods remembered. */
    int size() {
        return known.size();
    }
}
