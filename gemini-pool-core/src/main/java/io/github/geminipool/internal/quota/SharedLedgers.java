package io.github.geminipool.internal.quota;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The books that several names of a model share, by project and the name that Gemini's refusals give. Thread-safe.
 *
 * <p>An alias such as {@code gemini-flash-latest} and what it stands for have one quota; that they do is known when the
 * refusals of both name the same model.
 */
public final class SharedLedgers {

    /** What is named beyond that, by whomever, is not shared. */
    static final int LIMIT = 10_000;

    private record Bucket(String project, String model) {}

    private final ConcurrentMap<Bucket, SharedLedger> ledgers = new ConcurrentHashMap<>();

    /**
     * The books of a project for a model.
     *
     * @param model as Gemini's refusal names it
     * @param own the books that one of its names has had so far; they become those of all its names if there are none yet,
     *     and are not to be used any more
     * @return the books to be used from now on
     */
    public Ledger of(String project, String model, Ledger own) {
        Bucket bucket = new Bucket(project, model);
        SharedLedger present = ledgers.get(bucket);
        if (present != null) {
            return present;
        }
        return own instanceof SharedLedger || ledgers.size() >= LIMIT
                ? own
                : ledgers.computeIfAbsent(bucket, made -> new SharedLedger(own));
    }
}
