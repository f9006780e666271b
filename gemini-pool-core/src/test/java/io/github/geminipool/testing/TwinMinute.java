package io.github.geminipool.testing;

import io.github.geminipool.shared.BookedQuota;
import io.github.geminipool.shared.SlotChange;
import java.util.SortedSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What one unit allows in any minute. */
final class TwinMinute {

    private final long minute;
    private final double narrowest;
    private final double spread;
    private final ToLongFunction<TwinEntry> amount;
    final TwinLimit limit;
    long mark;
    double guard;
    long guardAt;
    long learnedAt;

    TwinMinute(long minute, double narrowest, double spread, ToLongFunction<TwinEntry> amount) {
        this.minute = minute;
        this.narrowest = narrowest;
        this.spread = spread;
        this.amount = amount;
        this.limit = new TwinLimit(minute);
    }

    void copy(TwinMinute other) {
        limit.copy(other.limit);
        mark = other.mark;
        guard = other.guard;
        guardAt = other.guardAt;
        learnedAt = other.learnedAt;
    }

    void begin(long now) {
        mark = now - 2 * minute;
        guard = narrowest;
        guardAt = 0;
        learnedAt = 0;
        limit.learn(0);
    }

    void configure(@Nullable Integer perMinute, double share) {
        limit.configure(perMinute, share);
    }

    double guard(long now) {
        while (guard > narrowest && now - guardAt >= 10 * minute) {
            guard = Math.max(narrowest, guard / 1.5);
            guardAt += 10 * minute;
        }
        return guard;
    }

    void forgetOld(long now) {
        if (limit.learned > 0 && now - learnedAt >= 60 * minute) {
            limit.learned = 0;
        }
    }

    /** Moves the mark behind which nothing counts any more. */
    void pass(long now, SortedSet<TwinEntry> entries) {
        long upTo = (long) Math.floor(now - minute - guard(now));
        if (entries.stream().anyMatch(entry -> entry.at() > mark && entry.at() <= upTo)) {
            mark = upTo;
        }
    }

    long total(SortedSet<TwinEntry> entries, long since) {
        return entries.stream()
                .filter(entry -> entry.at() > since)
                .mapToLong(amount)
                .sum();
    }

    double freeAt(long wanted, SortedSet<TwinEntry> entries, long now) {
        if (limit.agreed == 0) {
            return now;
        }
        long room = Math.max(0, limit.agreed - wanted);
        long sum = total(entries, mark);
        double at = now;
        for (TwinEntry entry : entries) {
            if (entry.at() <= mark) {
                continue;
            }
            if (sum <= room) {
                break;
            }
            sum -= amount.applyAsLong(entry);
            at = Math.max(at, entry.at() + minute + guard(now));
        }
        return at;
    }

    /** Returns until when a busy bucket waits after its newest entry. */
    double spreadUntil(TwinEntry newest, SortedSet<TwinEntry> entries, long since) {
        boolean isBusy = limit.agreed > 0 && total(entries, since) > limit.agreed;
        return isBusy ? newest.at() + spread * minute / limit.agreed * amount.applyAsLong(newest) : 0;
    }

    /** Learns from a refusal; returns how much others must have sent, or -1 if it teaches nothing. */
    long refused(SlotChange.Refused refused, long now, SortedSet<TwinEntry> entries) {
        limit.learn(limit.learned);
        if (now - refused.takenAgo().toNanos() / 1000 <= learnedAt) {
            return -1;
        }
        int before = limit.own();
        boolean isTooLarge = refused.amount() > refused.limit();
        if (!isTooLarge && before > 0 && before <= limit.part(refused.limit())) {
            guard = Math.min(minute / 60.0, guard(now) * 1.5);
            guardAt = now;
        }
        learnedAt = now;
        limit.learn(refused.limit());
        return isTooLarge ? 0 : Math.max(0, limit.own() - total(entries, now - minute));
    }

    double othersSince(long roomIn, long now, double guardOfTokens) {
        return Math.min((double) now, now + Math.max(0, roomIn) - minute - guardOfTokens);
    }

    BookedQuota booked(SortedSet<TwinEntry> entries) {
        return new BookedQuota(limit.agreed, total(entries, mark), limit.isLearned());
    }
}
