package io.github.geminipool.internal.books;

import io.github.geminipool.internal.quota.TokenEstimate;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.spi.SharedStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The ledgers of one model pool that hold slots of a shared store: makes them, counts the slots held and ordered, and knows which
 * ledgers have something to report. Guarded by the model pool's lock.
 */
public final class ReplicaLedgers {

    private final String model;
    private final QuotaSharing sharing;
    private final PoolClock clock;
    private final List<ReplicaLedger> all = new ArrayList<>();
    private final Set<ReplicaLedger> holding = new LinkedHashSet<>();
    private final Set<ReplicaLedger> urgent = new LinkedHashSet<>();
    private final Set<ReplicaLedger> toReport = new LinkedHashSet<>();
    private int held;
    private int asked;

    /** The limits whose configurations differ between replicas; each is logged once. */
    private final Set<Limit> differing;

    /** A limit, identified by what a log line calls its owner. */
    record Limit(String of, SlotChange.Unit unit) {}

    private final List<String> differences = new ArrayList<>(0);

    /** Gemini's name for the model, if it is yet to be published; else null. */
    private @Nullable String alias;

    /** What a log line calls a project here. */
    private final UnaryOperator<String> subjects;

    /** Creates the ledgers of a model's pool; it has none at first. */
    public ReplicaLedgers(String model, QuotaSharing sharing, PoolClock clock) {
        this.model = model;
        this.sharing = sharing;
        this.clock = clock;
        this.differing = new HashSet<>();
        this.subjects = project -> "project '" + CleanText.of(project) + "' and model '" + CleanText.of(model) + "'";
    }

    /**
     * Creates the ledgers of a caller, whose limits hold over all models.
     *
     * @param subject what a log line calls the caller
     * @param differing the limits of all callers whose configurations differ between replicas
     */
    ReplicaLedgers(QuotaSharing sharing, PoolClock clock, String subject, Set<Limit> differing) {
        this.model = QuotaBucket.CALLER;
        this.sharing = sharing;
        this.clock = clock;
        this.differing = differing;
        this.subjects = caller -> subject;
    }

    /** Makes the ledger of a project of this pool. */
    public ReplicaLedger ledger(String project, Limits limits, TokenEstimate estimate) {
        QuotaBucket bucket = new QuotaBucket(
                sharing.projectNames().apply(project), sharing.modelNames().apply(model));
        ReplicaLedger made = new ReplicaLedger(bucket, project, limits, estimate, clock::instantAt, this);
        all.add(made);
        return made;
    }

    /** Returns the ledger to use in place of one, now that Gemini has named the model. */
    public ReplicaLedger learned(ReplicaLedger ledger, String named) {
        if (!named.equals(model)) {
            alias = named;
        }
        return renamed(ledger, named);
    }

    /** Returns the ledger to use in place of one, as another replica may have learned Gemini's name for the model. */
    public ReplicaLedger renamed(ReplicaLedger ledger) {
        return renamed(ledger, sharing.modelNames().apply(model));
    }

    /** Notes, once for each project and unit, that another replica has a smaller limit, to be logged. */
    void differ(String project, DifferentLimits limits) {
        String subject = subjects.apply(project);
        if (differing.add(new Limit(subject, limits.unit()))) {
            differences.add("The limit of " + limits.unit() + " for " + subject + " is configured as "
                    + limits.configured() + " here, but as " + limits.other() + " in another replica");
        }
    }

    /** Removes and returns the differences to be logged. */
    public List<String> takeDifferences() {
        if (differences.isEmpty()) {
            return List.of();
        }
        List<String> taken = List.copyOf(differences);
        differences.clear();
        return taken;
    }

    /** Takes Gemini's name for the model, if it is yet to be published; else null. */
    public @Nullable String takeAlias() {
        String taken = alias;
        alias = null;
        return taken;
    }

    /** Publishes Gemini's name for the model; no lock may be held. */
    public void publishAlias(String named) {
        sharing.aliasLearned().accept(model, named);
    }

    /** What was sent and what is held so far stays in the books of the old name. */
    private ReplicaLedger renamed(ReplicaLedger ledger, String named) {
        if (ledger.bucket().model().equals(named)) {
            return ledger;
        }
        retire(ledger);
        ReplicaLedger made = ledger.of(new QuotaBucket(ledger.bucket().project(), named));
        all.add(made);
        return made;
    }

    /** Stops using a ledger. Slots that it has ordered are given back as soon as they come. */
    public void retire(ReplicaLedger ledger) {
        all.remove(ledger);
        ledger.retire();
    }

    /** Gives back the slots of a ledger whose project has no key left. */
    public void withoutKeys(ReplicaLedger ledger) {
        ledger.giveBack(Integer.MAX_VALUE);
    }

    /** Returns the ledgers in use. */
    public List<ReplicaLedger> all() {
        return all;
    }

    public SharedStore store() {
        return sharing.store();
    }

    int replicas() {
        return store().members().count();
    }

    long timeoutNanos() {
        return store().timeout().toNanos();
    }

    /** Returns the number of slots on order. */
    public int asked() {
        return asked;
    }

    /** Returns the number of slots held. */
    public int held() {
        return held;
    }

    /** Runs an action for each ledger that holds slots. */
    void forEachHolding(Consumer<ReplicaLedger> action) {
        holding.forEach(action);
    }

    /** Returns whether any slot is on order, so that one may come at any moment. */
    public boolean areAsked() {
        return asked > 0;
    }

    /** Counts a ledger's slots. */
    void count(ReplicaLedger ledger, int moreHeld, int moreAsked) {
        held += moreHeld;
        asked += moreAsked;
        if (ledger.held() > 0) {
            holding.add(ledger);
        } else {
            holding.remove(ledger);
        }
    }

    void hasToReport(ReplicaLedger ledger, boolean isUrgent) {
        (isUrgent ? urgent : toReport).add(ledger);
    }

    void allReported(ReplicaLedger ledger) {
        urgent.remove(ledger);
        toReport.remove(ledger);
    }

    /** Gives back held slots in excess of a number. */
    public void giveBackBeyond(int needed) {
        while (held > needed) {
            holding.iterator().next().giveBack(held - needed);
        }
    }

    /**
     * Gives back the slots that no waiting request could use.
     *
     * @param servedAt when all waiting requests were last looked at
     */
    public void giveBackUnused(long servedAt, long now) {
        if (held > 0) {
            List.copyOf(holding).forEach(ledger -> ledger.giveBackUntil(servedAt, now));
        }
    }

    /** Returns the ledgers that have something urgent to report and may do so now. */
    public List<ReplicaLedger> urgent() {
        return urgent.isEmpty() ? List.of() : ready(urgent);
    }

    /** Returns the ledgers that have something to report and may do so now. */
    public List<ReplicaLedger> toReport() {
        return toReport.isEmpty() ? List.of() : ready(toReport);
    }

    private static List<ReplicaLedger> ready(Set<ReplicaLedger> ledgers) {
        return ledgers.stream()
                .filter(ledger -> !ledger.isAsking() && !ledger.isAlone())
                .toList();
    }

    /** Returns whether there is anything to report. */
    public boolean hasToReport() {
        return !toReport.isEmpty();
    }
}
