package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.ModelKey;
import io.github.geminipool.internal.choice.Reservation;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.health.ExclusionCell;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.wire.ExceededQuota;
import io.github.geminipool.key.Secret;
import io.github.geminipool.spi.CallTrace;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** The exclusive use of an instance, with a key, for one attempt. It is completed once; more often changes nothing. */
public final class Lease implements Reservation {

    // A field instead of an object: every attempt has a lease.
    private static final AtomicIntegerFieldUpdater<Lease> COMPLETED =
            AtomicIntegerFieldUpdater.newUpdater(Lease.class, "completed");

    private static final int OPEN = 0;
    private static final int DONE = 1;
    private static final int OUTAGE_CONFIRMED = 2;

    /** What is sent later than this after its grant is entered anew; a guard covers what is less. */
    private static final long LATE = 10_000_000L;

    private final ModelPool pool;
    private final Instance instance;
    private final ModelKey key;
    private final long grantedNanos;
    private final Demand demand;

    /** The tokens that were reserved for it. */
    private final int reserved;

    private final List<ExclusionCell> probes;

    /** Whether it is completed, and how; one field, since a byte more is eight in every attempt. */
    private volatile int completed;

    private volatile Scheduler.@Nullable Alarm alarm;
    private volatile @Nullable AttemptEnded ended;
    private volatile List<ExceededQuota> exceeded = List.of();
    private volatile @Nullable ResponseFacts answer;
    private volatile @Nullable CallTrace trace;

    /** How much later than at the grant its quota counts as taken; guarded by the model pool's lock. */
    private int lateMicros;

    Lease(
            ModelPool pool,
            Instance instance,
            ModelKey key,
            long grantedNanos,
            Demand demand,
            long reserved,
            List<ExclusionCell> probes) {
        this.pool = pool;
        this.instance = instance;
        this.key = key;
        this.grantedNanos = grantedNanos;
        this.demand = demand;
        this.reserved = (int) Math.min(Integer.MAX_VALUE, reserved);
        this.probes = probes;
    }

    /** The name of the model pool that it belongs to. */
    public String model() {
        return pool.model();
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
        return instance.index;
    }

    Instance instance() {
        return instance;
    }

    @Override
    public ModelKey key() {
        return key;
    }

    long grantedNanos() {
        return grantedNanos;
    }

    @Override
    public Demand demand() {
        return demand;
    }

    @Override
    public long reserved() {
        return reserved;
    }

    /** Somebody follows its call; null if nobody does. */
    public void tracedBy(@Nullable CallTrace newTrace) {
        trace = newTrace;
    }

    @Nullable
    CallTrace trace() {
        return trace;
    }

    /** What its answer says of itself; to be told before it is completed. */
    public void says(ResponseFacts facts) {
        answer = facts;
    }

    /** What its answer says of itself; null if it says nothing, or there is none. */
    @Nullable
    ResponseFacts answer() {
        return answer;
    }

    /** The tokens of its prompt that Gemini counted; -1 if it did not say. */
    long counted() {
        ResponseFacts said = answer;
        return said == null || said.tokens() == null ? -1 : said.tokens().input();
    }

    /**
     * Its request began to leave at a time, as is known since an answer has come. Gemini counts from then on, and not from
     * the grant: to connect, or to load classes, takes its time.
     *
     * @param nanos by the pool's clock; 0 if it is not known
     */
    public void sentAt(long nanos) {
        if (nanos - grantedNanos > LATE && demand.isCounted()) {
            pool.sentLate(this, nanos);
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

    /** Something is done if it is held for too long; taken back when it is completed. */
    public void watchedBy(Scheduler.Alarm newAlarm) {
        alarm = newAlarm;
    }

    private void endWatch() {
        Scheduler.Alarm watching = alarm;
        if (watching != null) {
            watching.cancel();
        }
    }

    /** What its attempt is the one to find out about. */
    List<ExclusionCell> probes() {
        return probes;
    }

    /** Tells the listeners that its attempt is about to be sent. */
    public void started() {
        pool.started(this);
    }

    /** An answer begins to come: what others wait to learn from this attempt is known before its end. */
    public void answered() {
        pool.answered(this);
    }

    /** Its attempt was refused for these quotas; to be told before it is completed. */
    public void exceeds(List<ExceededQuota> quotas) {
        exceeded = quotas;
    }

    List<ExceededQuota> exceeded() {
        return exceeded;
    }

    /**
     * Gives the instance back with the outcome of the attempt.
     *
     * @param failure the verdict, or null for a success
     * @param sent whether any part of the request may have reached the server
     * @return whether this completed it; false if it was completed before
     */
    public boolean complete(@Nullable Failure failure, boolean sent) {
        return complete(null, failure, sent);
    }

    /**
     * Gives the instance back with the outcome of the attempt.
     *
     * @param empty what kind of empty its answer is; null if it says something, or there is none
     * @param failure the verdict, or null for a success, which an empty answer is too
     * @param sent whether any part of the request may have reached the server
     * @return whether this completed it; false if it was completed before
     */
    public boolean complete(@Nullable EmptyResponse empty, @Nullable Failure failure, boolean sent) {
        if (!COMPLETED.compareAndSet(this, OPEN, DONE)) {
            return false;
        }
        endWatch();
        pool.completed(this, failure, failure == null ? empty : null, sent);
        return true;
    }

    /** Gives the instance back without an attempt having been made. */
    public void unused() {
        if (COMPLETED.compareAndSet(this, OPEN, DONE)) {
            endWatch();
            pool.unused(this);
        }
    }

    void confirmsOutage() {
        completed = OUTAGE_CONFIRMED;
    }

    /** Whether its attempt was to find out whether everybody still fails, and found that so. */
    public boolean isOutageConfirmed() {
        return completed == OUTAGE_CONFIRMED;
    }

    void ended(AttemptEnded event) {
        ended = event;
    }

    /** How its attempt ended; null as long as it has not, or if there was none. */
    public @Nullable AttemptEnded ended() {
        return ended;
    }

    public boolean isCompleted() {
        return completed != OPEN;
    }
}
