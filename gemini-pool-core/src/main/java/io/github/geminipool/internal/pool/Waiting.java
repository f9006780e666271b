package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.time.PoolClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The wishes that wait, in turn: those of calls that have had an attempt first, then the others. Nothing of a wish is
 * left when it is removed. Guarded by the model pool's lock.
 */
final class Waiting {

    private static final Comparator<Wish> BY_ARRIVAL = Comparator.comparingLong(Wish::order);
    private static final Comparator<Wish> BY_DEADLINE =
            Comparator.comparingLong(Wish::deadlineNanos).thenComparing(BY_ARRIVAL);

    private final TreeSet<Wish> repeats = new TreeSet<>(BY_ARRIVAL);
    private final TreeSet<Wish> firsts = new TreeSet<>(BY_ARRIVAL);
    private final TreeSet<Wish> plain = new TreeSet<>(BY_DEADLINE);
    private final TreeSet<Wish> restricted = new TreeSet<>(BY_DEADLINE);
    private final TreeSet<Wish> withFallback = new TreeSet<>(BY_ARRIVAL);
    private long arrivals;
    private long plainTokens;

    void add(Wish wish, long nowNanos) {
        wish.place = new Wish.Place(++arrivals, nowNanos);
        queueOf(wish).add(wish);
        deadlinesOf(wish).add(wish);
        plainTokens += wish.isPlain() ? wish.demand().tokens() : 0;
        if (wish.hasFallback()) {
            withFallback.add(wish);
        }
    }

    boolean remove(Wish wish) {
        boolean wasThere = deadlinesOf(wish).remove(wish);
        plainTokens -= wasThere && wish.isPlain() ? wish.demand().tokens() : 0;
        if (wish.hasFallback()) {
            withFallback.remove(wish);
        }
        return queueOf(wish).remove(wish);
    }

    private NavigableSet<Wish> queueOf(Wish wish) {
        return wish.isRepeat() ? repeats : firsts;
    }

    private NavigableSet<Wish> deadlinesOf(Wish wish) {
        return wish.isPlain() ? plain : restricted;
    }

    int size() {
        return repeats.size() + firsts.size();
    }

    /** How many of them accept any key. */
    int plainSize() {
        return plain.size();
    }

    /** How many tokens those have who accept any key. */
    long plainTokens() {
        return plainTokens;
    }

    boolean isEmpty() {
        return repeats.isEmpty() && firsts.isEmpty();
    }

    boolean hasPlain() {
        return !plain.isEmpty();
    }

    boolean hasRestricted() {
        return !restricted.isEmpty();
    }

    /** The wish that comes after another one in turn, the first for null; null after the last. */
    @Nullable
    Wish after(@Nullable Wish wish, boolean includingFirsts) {
        if (wish == null || wish.isRepeat()) {
            Wish next = wish == null ? firstOf(repeats) : repeats.higher(wish);
            return next != null || !includingFirsts ? next : firstOf(firsts);
        }
        return includingFirsts ? firsts.higher(wish) : null;
    }

    private static @Nullable Wish firstOf(NavigableSet<Wish> wishes) {
        return wishes.isEmpty() ? null : wishes.first();
    }

    long nextDeadline() {
        long nextPlain = plain.isEmpty() ? PoolClock.NEVER : plain.first().deadlineNanos();
        return restricted.isEmpty()
                ? nextPlain
                : Math.min(nextPlain, restricted.first().deadlineNanos());
    }

    /** Takes out the wishes whose deadline has come. */
    List<Wish> removeDue(long nowNanos) {
        List<Wish> due = new ArrayList<>();
        removeUntil(plain, nowNanos, due);
        removeUntil(restricted, nowNanos, due);
        return due;
    }

    /** Takes out the plain wishes whose deadline is before a time. */
    List<Wish> removePlainBefore(long nanos) {
        List<Wish> due = new ArrayList<>();
        removeUntil(plain, nanos == PoolClock.NEVER ? nanos : nanos - 1, due);
        return due;
    }

    boolean hasFallbacks() {
        return !withFallback.isEmpty();
    }

    /** Takes out the wishes whose calls have another model to go on with. */
    List<Wish> removeWithFallback() {
        List<Wish> removed = List.copyOf(withFallback);
        removed.forEach(this::remove);
        return removed;
    }

    private void removeUntil(NavigableSet<Wish> deadlines, long nanos, List<Wish> removed) {
        while (!deadlines.isEmpty() && deadlines.first().deadlineNanos() <= nanos) {
            Wish wish = deadlines.first();
            remove(wish);
            removed.add(wish);
        }
    }

    List<Wish> removeAll() {
        List<Wish> all = new ArrayList<>(repeats);
        all.addAll(firsts);
        repeats.clear();
        firsts.clear();
        plain.clear();
        plainTokens = 0;
        restricted.clear();
        withFallback.clear();
        return all;
    }
}
