package io.github.geminipool.internal.pool;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.internal.choice.Reservation;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.instance.Instance;
import io.github.geminipool.internal.instance.Placement;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.turn.WaitingPlace;
import io.github.geminipool.key.Secret;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallTrace;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive use of an instance, with a key, for one attempt. It is completed once; completing it again has no effect.
 */
public final class Lease implements Reservation {

    // A field updater instead of an object: every attempt has a lease.
    private static final AtomicIntegerFieldUpdater<Lease> COMPLETED =
            AtomicIntegerFieldUpdater.newUpdater(Lease.class, "completed");

    /** Bits that say how it was completed. */
    private static final int DONE = 1;

    private static final int OUTAGE_CONFIRMED = 2;
    private static final int WITHOUT_INSTANCE = 4;

    /**
     * The ledger's entry is moved if the request is sent at least this long after the grant; shorter delays are within the guard
     * time.
     */
    private static final long LATE_NANOS = 10_000_000L;

    private final Owner owner;
    private final Instance instance;
    private final ModelKey key;
    private final long grantedNanos;
    private final LeaseRequest request;
    private final int reserved;
    private final List<ExclusionCell> probes;

    /** Whether it is completed, and how. A single field: one more byte would cost every attempt eight. */
    private volatile int completed;

    private volatile Scheduler.@Nullable Alarm alarm;
    private volatile @Nullable AttemptEnded ended;

    /** The lease of the previous attempt; null for the first of a call. A link takes less memory than a list for each call. */
    private @Nullable Lease previous;

    /** How long after the grant its quota counts as used; guarded by the model pool's lock. */
    private int lateMicros;

    /** The model pool that grants leases, where requests for them wait. */
    interface Owner extends WaitingPlace {

        String model();

        void started(Lease lease);

        void answered(Lease lease);

        boolean isSample(Lease lease);

        void sampled(Lease lease, long print);

        void sentLate(Lease lease, long nanos);

        boolean isWaitedFor();

        void gaveInstanceBack(Lease lease);

        void completed(Lease lease, Outcome outcome);

        void unused(Lease lease);
    }

    Lease(
            Owner owner,
            Instance instance,
            ModelKey key,
            long grantedNanos,
            LeaseRequest request,
            long reserved,
            List<ExclusionCell> probes) {
        this.owner = owner;
        this.instance = instance;
        this.key = key;
        this.grantedNanos = grantedNanos;
        this.request = request;
        this.reserved = (int) Math.min(Integer.MAX_VALUE, Demand.tokensOf(reserved));
        this.probes = probes;
    }

    /** Returns the name of the model pool that it belongs to. */
    public String model() {
        return owner.model();
    }

    /** Returns the name of the model that a call uses: the pool's, unless several models share it. */
    public String modelFor(CallFacts facts) {
        return model().equals(ModelPools.OTHER_MODELS) ? facts.model() : model();
    }

    public String keyName() {
        return key.keyName();
    }

    public String project() {
        return key.project().name();
    }

    public String billingAccount() {
        return key.project().billingAccount();
    }

    public Secret secret() {
        return key.health().key().secret();
    }

    public int instanceIndex() {
        return instance.index();
    }

    Instance instance() {
        return instance;
    }

    /** Returns who serves the attempt, for a chat to ask again. */
    public Placement placement() {
        return new Placement(project(), keyName(), instanceIndex());
    }

    @Override
    public ModelKey key() {
        return key;
    }

    LeaseRequest request() {
        return request;
    }

    long grantedNanos() {
        return grantedNanos;
    }

    @Override
    public Demand demand() {
        return request.demand();
    }

    /** Returns the use for which it was granted. */
    Use use() {
        return request.use();
    }

    @Override
    public long reserved() {
        return demand().size(reserved);
    }

    @Nullable
    CallTrace trace() {
        return request.trace();
    }

    /**
     * Records when sending began, which is known once a response arrives. Gemini counts the request from then on, not from the
     * grant, which may be earlier because of connecting or class loading.
     *
     * @param nanos by the pool's clock; 0 if unknown
     */
    public void sentAt(long nanos) {
        if (nanos - grantedNanos > LATE_NANOS && demand().isCounted()) {
            owner.sentLate(this, nanos);
        }
    }

    @Override
    public void takenAt(long nanos) {
        lateMicros = (int) ((nanos - grantedNanos) / 1_000);
    }

    @Override
    public long takenNanos() {
        return grantedNanos + lateMicros * 1_000L;
    }

    /** Sets an alarm that is cancelled when the lease is completed. */
    public void watchedBy(Scheduler.Alarm newAlarm) {
        alarm = newAlarm;
    }

    private void endWatch() {
        Scheduler.Alarm watching = alarm;
        if (watching != null) {
            watching.cancel();
        }
    }

    /** Returns the exclusions that its attempt probes. */
    List<ExclusionCell> probes() {
        return probes;
    }

    /** Reports that its attempt is about to be sent. */
    public void started() {
        owner.started(this);
    }

    /** Records that a response begins to arrive, which restores the scopes that this attempt probes, before the attempt ends. */
    public void answered() {
        owner.answered(this);
    }

    /** Returns whether the successful request should be recorded with {@link #sampled}; true once in a while. */
    public boolean isSample() {
        return owner.isSample(this);
    }

    /** Records the fingerprint of the successful request. */
    public void sampled(long print) {
        owner.sampled(this, print);
    }

    /**
     * Ends the lease with the outcome of the attempt. Even if something throws, the instance is returned, the quota is settled and
     * waiting requests are served.
     *
     * @return whether this call completed it; false if it was completed before
     */
    public boolean complete(Outcome outcome) {
        if (!isNowDone()) {
            return false;
        }
        try {
            endWatch();
        } finally {
            owner.completed(this, outcome);
        }
        return true;
    }

    /** Ends the lease without an attempt: returns the instance and refunds the quota. */
    public void unused() {
        if (isNowDone()) {
            try {
                endWatch();
            } finally {
                owner.unused(this);
            }
        }
    }

    private boolean isNowDone() {
        int before = completed;
        while ((before & DONE) == 0) {
            if (COMPLETED.compareAndSet(this, before, before | DONE)) {
                return true;
            }
            before = completed;
        }
        return false;
    }

    /** Returns whether another request waits for an instance of its pool. */
    public boolean isWaitedFor() {
        return owner.isWaitedFor();
    }

    /** Gives the instance back while the attempt goes on without one; at most once, and not after the end. */
    public void giveInstanceBack() {
        if (COMPLETED.compareAndSet(this, 0, WITHOUT_INSTANCE)) {
            owner.gaveInstanceBack(this);
        }
    }

    /** Returns whether its instance was given back early. */
    boolean isWithoutInstance() {
        return (completed & WITHOUT_INSTANCE) != 0;
    }

    void confirmsOutage() {
        COMPLETED.getAndUpdate(this, before -> before | OUTAGE_CONFIRMED);
    }

    /** Returns whether its attempt probed an outage and found that it continues. */
    public boolean isOutageConfirmed() {
        return (completed & OUTAGE_CONFIRMED) != 0;
    }

    /** Returns the event of its end. */
    AttemptEnded eventOf(Outcome outcome, long elapsedNanos) {
        return new AttemptEnded(
                model(),
                keyName(),
                project(),
                instanceIndex(),
                outcome.failure(),
                outcome.empty(),
                outcome.facts(),
                outcome.sent(),
                Duration.ofNanos(elapsedNanos));
    }

    /** Sets the lease of the previous attempt. Not thread-safe, like {@link #previous()}: callers must synchronize. */
    public void follows(@Nullable Lease before) {
        previous = before;
    }

    /** Returns the lease of the previous attempt; null for the first one of a call. */
    public @Nullable Lease previous() {
        return previous;
    }

    void ended(AttemptEnded event) {
        ended = event;
    }

    /** Returns how its attempt ended; null before its end, or if there was none. */
    public @Nullable AttemptEnded ended() {
        return ended;
    }

    public boolean isCompleted() {
        return (completed & DONE) != 0;
    }
}
