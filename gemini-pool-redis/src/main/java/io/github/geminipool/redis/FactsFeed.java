package io.github.geminipool.redis;

import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.Follower;
import io.github.geminipool.shared.Members;
import io.github.geminipool.shared.QuotaBucket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes what the replicas publish on to the followers, in order and without gaps: changes are numbered, and if one is missing, all
 * facts are read again. Runs on the store's thread; {@link #follow} and {@link #unfollow} are thread-safe.
 */
final class FactsFeed {

    private static final Logger log = LoggerFactory.getLogger(RedisSharedStore.class);

    private static final String READS = "reads";
    private static final int OTHER_FIELDS = 7;

    /** All facts of the followed kinds. */
    record Snapshot(long number, List<Fact> facts) {}

    /** A change of one fact; no fact means that it was retracted. */
    private record Change(
            long number,
            FactKind kind,
            String name,
            @Nullable Fact fact) {}

    private final Supplier<CompletionStage<Snapshot>> reader;
    private final Executor thread;
    private final Outage outage;
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final List<Change> early = new ArrayList<>();
    private boolean isReading;
    private boolean isKnown;
    private long seen;
    private @Nullable Members members;

    /**
     * Creates a feed.
     *
     * @param reader reads all facts
     * @param thread the store's thread
     * @param outage records failures to read the facts
     */
    FactsFeed(Supplier<CompletionStage<Snapshot>> reader, Executor thread, Outage outage) {
        this.reader = reader;
        this.thread = thread;
        this.outage = outage;
    }

    void follow(Follower follower) {
        followers.add(follower);
        thread.execute(() -> {
            if (members != null) {
                Members now = members;
                tell(follower, one -> one.membersChanged(now));
            }
            readAll();
        });
    }

    void unfollow(Follower follower) {
        followers.remove(follower);
    }

    /** Returns the number of the latest change that was passed on. */
    long seen() {
        return seen;
    }

    /** Reads all facts again if this feed {@linkplain #isBehind is behind}. */
    void latestWas(long number, long seenBefore) {
        if (isBehind(number, seenBefore)) {
            readAll();
        }
    }

    /**
     * Returns whether a change was missed, or the server has lost some.
     *
     * @param number the number of the latest change according to the server; later ones may have been passed on since
     * @param seenBefore what {@link #seen} returned when the server was asked
     */
    boolean isBehind(long number, long seenBefore) {
        return !isKnown || number > seen || number < seenBefore;
    }

    /** Reads all facts and passes them on; changes that arrive meanwhile are passed on afterwards. */
    void readAll() {
        if (isReading || followers.isEmpty()) {
            return;
        }
        isReading = true;
        boolean isUnderWay = false;
        try {
            reader.get().whenCompleteAsync(this::read, thread);
            isUnderWay = true;
        } finally {
            if (!isUnderWay) {
                isReading = false;
                isKnown = false;
                early.clear();
            }
        }
    }

    /** Makes the next answered heartbeat read all facts again: the server may have lost some, or not have got this replica's. */
    void missed() {
        isKnown = false;
    }

    private void read(@Nullable Snapshot snapshot, @Nullable Throwable failure) {
        isReading = false;
        List<Change> meanwhile = List.copyOf(early);
        early.clear();
        if (snapshot == null) {
            // The next heartbeat that is answered starts another attempt.
            isKnown = false;
            // A missing connection is reported elsewhere.
            if (failure != null && !(Link.cause(failure) instanceof RedisUnavailableException)) {
                outage.failed(READS, failure);
            }
            return;
        }
        outage.answered(READS);
        isKnown = true;
        seen = snapshot.number;
        tellAll(one -> one.all(snapshot.facts));
        meanwhile.forEach(this::changed);
    }

    /** Handles a message of the channel: {@code fact}, with the fields that {@code facts.lua} writes, or {@code lost}. */
    void toldOf(String message, Consumer<Loss> lost) {
        String[] fields = message.split("\n", OTHER_FIELDS);
        try {
            if (fields[0].equals("lost")) {
                lost.accept(Loss.of(fields));
            } else if (fields[0].equals("fact")) {
                changed(change(fields));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // From another version, which knows other kinds.
            log.debug("Could not parse a message of the channel: {}", e.toString());
        }
    }

    private static Change change(String[] fields) {
        long number = Long.parseLong(fields[1]);
        FactKind kind = FactKind.valueOf(fields[2]);
        String name = Names.unescape(fields[3]);
        if (fields.length < OTHER_FIELDS) {
            return new Change(number, kind, name, null);
        }
        return new Change(number, kind, name, FactsCall.fact(kind, name, fields[4], fields[5], fields[6]));
    }

    private void changed(Change change) {
        if (isReading) {
            early.add(change);
        } else if (isKnown && change.number == seen + 1) {
            seen = change.number;
            Fact fact = change.fact;
            tellAll(fact == null ? one -> one.retracted(change.kind, change.name) : one -> one.published(fact));
        } else if (!isKnown || change.number > seen) {
            readAll();
        }
    }

    /** Replaces the known replicas by the present ones. */
    void membersAre(Members now) {
        if (!now.equals(members)) {
            members = now;
            tellAll(one -> one.membersChanged(now));
        }
    }

    void lost(QuotaBucket bucket) {
        tellAll(one -> one.lost(bucket));
    }

    private void tellAll(Consumer<Follower> what) {
        followers.forEach(follower -> tell(follower, what));
    }

    private void tell(Follower follower, Consumer<Follower> what) {
        try {
            what.accept(follower);
        } catch (VirtualMachineError e) {
            // It gets all of them again when there may be more memory.
            missed();
            throw e;
        } catch (RuntimeException e) {
            log.warn("A follower of the shared store failed", e);
        }
    }
}
