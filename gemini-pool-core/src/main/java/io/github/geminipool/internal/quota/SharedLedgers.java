package io.github.geminipool.internal.quota;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The ledgers that several names of a model share, by project and by the model's name in Gemini's refusals. Thread-safe.
 *
 * <p>An alias such as {@code gemini-flash-latest} and the model behind it have one quota. The pool learns this when the
 * refusals of both name the same model.
 */
public final class SharedLedgers {

    /** Maximum number of shared ledgers, whatever the refusals name. */
    static final int LIMIT = 10_000;

    private record Bucket(String project, String model) {}

    private final ConcurrentMap<Bucket, Ledger> ledgers = new ConcurrentHashMap<>();

    /**
     * Returns the ledger of a project for a model.
     *
     * @param model the model's name in Gemini's refusal
     * @param own the ledger that one of the model's names has used so far, under its pool's lock, which the caller holds. If
     *     none is shared yet, this one is from now on
     * @return the ledger to use from now on
     */
    public Ledger of(String project, String model, Ledger own) {
        Bucket bucket = new Bucket(project, model);
        Ledger present = ledgers.get(bucket);
        if (present != null) {
            return present;
        }
        return own.isShared() || ledgers.size() >= LIMIT ? own : ledgers.computeIfAbsent(bucket, made -> own.share());
    }
}
