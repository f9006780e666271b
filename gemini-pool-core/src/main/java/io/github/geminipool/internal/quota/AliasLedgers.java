package io.github.geminipool.internal.quota;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The local ledgers that several names of a model share, by project and by the model's name in Gemini's refusals. Thread-safe.
 *
 * <p>An alias such as {@code gemini-flash-latest} and the model behind it have one quota. The pool learns this when the
 * refusals of both name the same model.
 */
public final class AliasLedgers {

    /** Maximum number of shared ledgers, whatever the refusals name. */
    static final int LIMIT = 10_000;

    /** The models whose pools share their ledgers from the beginning; at most as many as there are pools. */
    private final Set<String> sharedModels = ConcurrentHashMap.newKeySet();

    private record Bucket(String project, String model) {}

    private final ConcurrentMap<Bucket, LocalLedger> ledgers = new ConcurrentHashMap<>();

    /** Makes the pools of a model share their ledgers, as soon as each has looked at its keys again. */
    public void share(String model) {
        sharedModels.add(model);
    }

    /** Forgets that the pools of a model share their ledgers: they are no longer used. */
    public void forget(String model) {
        sharedModels.remove(model);
    }

    /** Returns whether the pools of a model share their ledgers. */
    public boolean isShared(String model) {
        return !sharedModels.isEmpty() && sharedModels.contains(model);
    }

    /**
     * Returns the ledger of a project for a model.
     *
     * @param model the model's name in Gemini's refusal
     * @param own the ledger that one of the model's names has used so far, under its pool's lock, which the caller holds. If
     *     none is shared yet, this one is from now on
     * @return the ledger to use from now on
     */
    public LocalLedger of(String project, String model, LocalLedger own) {
        Bucket bucket = new Bucket(project, model);
        LocalLedger present = ledgers.get(bucket);
        if (present != null) {
            return present;
        }
        return own.isShared() || ledgers.size() >= LIMIT ? own : ledgers.computeIfAbsent(bucket, made -> own.share());
    }
}
