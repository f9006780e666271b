package io.github.geminipool.internal.turn;

import io.github.geminipool.internal.books.LimitSharing;
import io.github.geminipool.internal.books.SlotTraffic;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.stats.CallerStats;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The callers of a pool. Beyond a few thousand, names share entries, and with them limits, as very long names always do, so that
 * made-up names do not exhaust memory. Thread-safe.
 */
public final class Callers {

    /** Maximum number of callers with an entry of their own, not counting those with limits of their own. */
    static final int MOST = 4_096;

    /** Number of entries that all others share. */
    static final int SHARED = 256;

    /** Maximum length of the name of a caller with an entry of its own, unless it has limits of its own. */
    static final int LONGEST = 1_024;

    /** Maximum number of callers in the statistics that have no limits of their own. */
    static final int MOST_SHOWN = 100;

    private static final String OTHER = CallerStats.OTHERS;

    /** The prefixes of the names that replicas use for callers with an entry of their own, and for shared entries. */
    private static final String NAMED = "caller/";

    private static final String PLACED = "place/";

    /** A caller that has made no call for this long may be forgotten. */
    private static final long IDLE_NANOS = 120_000_000_000L;

    private static final long SWEEP_NANOS = 1_000_000_000L;

    private final PoolClock clock;
    private final Map<String, Caller> listed = new LinkedHashMap<>();
    private final @Nullable CallerLimits ofOthers;
    private final ConcurrentMap<String, Caller> others = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, Caller> shared = new ConcurrentHashMap<>();
    /** What forgotten callers have used; written by one thread at a time. */
    private volatile CallerStats forgotten = CallerStats.NONE_OF_OTHERS;

    private final AtomicLong sweepAt = new AtomicLong(Long.MIN_VALUE);

    /** Null unless limits hold over all replicas. */
    private final @Nullable LimitSharing sharing;

    /** Creates callers with limits for this process; those of {@link CallerLimits#OTHERS} apply to each other caller. */
    public Callers(Collection<CallerLimits> limits, PoolClock clock) {
        this(limits, clock, null);
    }

    /**
     * Creates callers with limits; those of {@link CallerLimits#OTHERS} apply to each other caller.
     *
     * @param sharing makes them hold over all replicas; null if they hold for this process
     */
    public Callers(Collection<CallerLimits> limits, PoolClock clock, @Nullable LimitSharing sharing) {
        this.clock = clock;
        this.sharing = sharing;
        CallerLimits ofAll = null;
        for (CallerLimits of : limits) {
            if (of.name().equals(CallerLimits.OTHERS)) {
                ofAll = of;
            } else {
                listed.put(of.name(), new Caller(of.name(), true, of, counts(NAMED + of.name(), of, true)));
            }
        }
        this.ofOthers = ofAll;
    }

    /** Returns a caller; {@link Caller#NOBODY} for null. */
    public Caller of(@Nullable String name) {
        if (name == null) {
            return Caller.NOBODY;
        }
        Caller known = listed.get(name);
        if (known == null) {
            known = others.get(name);
        }
        return known != null ? known : made(name);
    }

    private Caller made(String name) {
        if (others.size() >= MOST) {
            sweep();
        }
        if (others.size() >= MOST || name.length() > LONGEST) {
            return shared.computeIfAbsent(
                    Math.floorMod(name.hashCode(), SHARED),
                    place -> new Caller(OTHER, false, ofOthers, counts(PLACED + place, ofOthers, false)));
        }
        return others.computeIfAbsent(name, this::newCaller);
    }

    private Caller newCaller(String name) {
        Caller caller = new Caller(name, false, ofOthers, counts(NAMED + name, ofOthers, false));
        caller.used(clock.nanos());
        return caller;
    }

    /**
     * Returns the maker of a caller's usage counts.
     *
     * @param shared the name that all replicas use for the caller
     */
    private CallerCounts.Maker counts(String shared, @Nullable CallerLimits of, boolean isListed) {
        if (of == null || sharing == null || !of.countsUse()) {
            return (lock, onAnswer) -> new OwnCounts(Objects.requireNonNull(of), clock::instantAt);
        }
        // Unlisted names may identify users and do not belong in logs.
        String subject =
                isListed ? "caller '" + CleanText.of(of.name()) + "'" : "callers without an entry of their own";
        Limits limits = OwnCounts.limits(of);
        return (lock, onAnswer) -> new ReplicaCounts(sharing.of(shared, subject, limits, lock, onAnswer));
    }

    private Stream<Caller> all() {
        return Stream.of(listed, others, shared).flatMap(callers -> callers.values().stream());
    }

    /** Reports what callers have used, because the shared books of a bucket were lost. */
    public void booksLost(QuotaBucket bucket) {
        all().forEach(caller -> caller.changeBooks(books -> books.lost(bucket)));
    }

    /** Finds out whether any shared books were lost. */
    public void verifyBooks() {
        all().forEach(caller -> caller.changeBooks(SlotTraffic::verify));
    }

    /** Gives back what is held of shared limits, since nobody waits any more. */
    public void close() {
        all().forEach(Caller::close);
    }

    private void sweep() {
        long now = clock.nanos();
        long due = sweepAt.get();
        if (now >= due && sweepAt.compareAndSet(due, now + SWEEP_NANOS)) {
            for (Caller caller : others.values()) {
                if (caller.isForgettable(now, IDLE_NANOS)) {
                    others.remove(caller.name());
                    forgotten = forgotten.and(caller.stats(now));
                }
            }
        }
    }

    /**
     * Returns the statistics of callers: those with limits of their own, then a bounded number of others with the most calls, then
     * all the rest in one entry.
     */
    public List<CallerStats> stats() {
        long now = clock.nanos();
        List<CallerStats> stats = new ArrayList<>();
        listed.values().forEach(caller -> stats.add(caller.stats(now)));
        List<CallerStats> byCalls = others.values().stream()
                .map(caller -> caller.stats(now))
                .sorted(Comparator.comparingLong(CallerStats::calls).reversed().thenComparing(CallerStats::caller))
                .toList();
        int shown = Math.min(MOST_SHOWN, byCalls.size());
        stats.addAll(byCalls.subList(0, shown));
        CallerStats rest = Stream.of(
                        Stream.of(forgotten),
                        byCalls.subList(shown, byCalls.size()).stream(),
                        shared.values().stream().map(caller -> caller.stats(now)))
                .flatMap(these -> these)
                .reduce(CallerStats.NONE_OF_OTHERS, CallerStats::and);
        if (rest.calls() > 0 || rest.refused() > 0 || rest.active() > 0) {
            stats.add(rest);
        }
        return stats;
    }

    /** Resets the statistics; the use of limits is kept. */
    public void resetStats() {
        all().forEach(Caller::reset);
        forgotten = CallerStats.NONE_OF_OTHERS;
    }
}
