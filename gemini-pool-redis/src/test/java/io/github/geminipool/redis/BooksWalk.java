package io.github.geminipool.redis;

import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.BooksVersion;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.Slot;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.testing.BooksTwin;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A random life of one bucket, told to the script on a real server and to its {@linkplain BooksTwin twin}; both have to answer the same.
 * The script is given the time instead of asking for it.
 */
final class BooksWalk {

    private static final String CLOCK = "redis.call('TIME')";

    /** A slot that the walk holds, or has used. */
    private record Held(long id, SlotSize size) {}

    private final RedisCommands<String, String> redis;
    private final String sha;
    private final Random random;
    private final long minute;
    private final Limits limits;
    private final String[] keys;
    private final BooksTwin twin;
    private final List<Held> held = new ArrayList<>();
    private final int rate;
    private long now;
    private long day;
    private long next;
    private boolean isThere;
    private @Nullable BooksVersion version;

    BooksWalk(RedisCommands<String, String> redis, String sha, long seed) {
        this.redis = redis;
        this.sha = sha;
        this.random = new Random(seed);
        this.minute = pick(60_000_000L, 2_000_000L);
        this.limits = new Limits(
                orNull(pick(0, 1, 5, 10, 60, 60, 1_000, 5_000)),
                orNull(pick(0, 0, 3_000, 250_000)),
                orNull(pick(0, 0, 40, 300)),
                shareOrNull(pick(0.0, 0.0, 0.5, 0.25)));
        // Other scripts walk at the same time.
        this.keys = new Names("walk-" + sha).books(new QuotaBucket("project-" + seed, "model"));
        this.twin = new BooksTwin(minute);
        this.now = 1_795_969_725_000_000L + random.nextInt(1_000_000_000);
        this.day = now / 1_000_000 + pick(5, 300, 40_000);
        this.rate = pick(1, 3, 15);
    }

    /** Returns a script that takes the time from its last argument. */
    static String timed(String source) {
        if (!source.contains(CLOCK)) {
            throw new IllegalArgumentException("The script does not ask for the time");
        }
        return source.replace(CLOCK, "{math.floor(ARGV[#ARGV] / 1000000), ARGV[#ARGV] % 1000000}\nARGV[#ARGV] = nil");
    }

    private static @Nullable Integer orNull(int limit) {
        return limit == 0 ? null : limit;
    }

    private static @Nullable Double shareOrNull(double share) {
        return share == 0 ? null : share;
    }

    @SafeVarargs
    private <T> T pick(T... of) {
        return of[random.nextInt(of.length)];
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Returns what the two say if they differ; null if they agree through all operations. */
    @Nullable
    String differs(int operations) {
        redis.del(keys);
        try {
            for (int i = 0; i < operations; i++) {
                pass();
                damage();
                SlotOrder order = order();
                Slots want = twin.ask(now, order);
                Slots got = ask(order);
                if (!got.equals(want)) {
                    return "operation " + i + " at " + now + ": " + order + "\n script " + got + "\n twin   " + want;
                }
                learn(want);
            }
            return null;
        } catch (RedisException e) {
            return String.valueOf(e.getMessage());
        } finally {
            redis.del(keys);
        }
    }

    private Slots ask(SlotOrder order) {
        String[] arguments = BooksCall.arguments(order, minute);
        String[] timed = Arrays.copyOf(arguments, arguments.length + 1);
        timed[arguments.length] = String.valueOf(now);
        List<Long> reply = redis.evalsha(sha, ScriptOutputType.MULTI, keys, timed);
        return BooksCall.answer(reply, order.wanted());
    }

    private void learn(Slots answer) {
        isThere = true;
        version = answer.version();
        next = now + answer.nextFree().toNanos() / 1_000;
        for (Slot slot : answer.slots()) {
            held.add(new Held(slot.id(), slot.size()));
        }
        if (held.size() > 200) {
            held.subList(0, held.size() - 200).clear();
        }
    }

    private void pass() {
        Integer perMinute = limits.requestsPerMinute();
        long slot = minute * 3 / (perMinute == null ? 100 : perMinute) / rate;
        now += chance(0.97)
                ? pick(1L, 50L, 5_000L, (long) (minute * random.nextDouble() / 20), (long) (slot * random.nextDouble()))
                : (long) (minute * pick(0.5, 1.0, 2.5, 15.0, 70.0));
        if (next > now && next < now + 3 * minute && chance(0.08)) {
            // Exactly when a slot is free.
            now = next;
        }
        if (now / 1_000_000 >= day) {
            day += pick(300, 86_400);
        }
    }

    private void damage() {
        if (chance(0.002)) {
            redis.del(keys);
            twin.wipe();
            isThere = false;
        } else if (chance(0.002)) {
            redis.del(keys[0]);
            twin.evict();
        } else if (chance(0.004) && isThere) {
            redis.hincrby(keys[1], "given", -1);
            twin.forgetLatest();
        } else if (chance(0.0005)) {
            // Another server, whose clock is behind.
            now -= pick(10 * minute, minute / 2);
        }
    }

    private SlotOrder order() {
        List<SlotSize> wanted = new ArrayList<>();
        int count = pick(0, 1, 1, 2, 5, 20);
        for (int i = 0; i < count; i++) {
            wanted.add(new SlotSize(chance(0.05) ? 1 + random.nextInt(8) : 1, tokens()));
        }
        return new SlotOrder(
                new QuotaBucket("project", "model"),
                chance(0.05) ? otherLimits() : limits,
                Instant.ofEpochSecond(chance(0.98) ? day : day + pick(-86_400 * 3, 86_400 * 40)),
                seen(),
                wanted,
                pick(0, 1, 3),
                micros(pick(0L, minute / 30, minute, 3 * minute)),
                changes());
    }

    private @Nullable BooksVersion seen() {
        if (version == null || chance(0.05)) {
            return null;
        }
        return chance(0.002) ? new BooksVersion(version.epoch() + pick(-7, 7), version.given()) : version;
    }

    private long tokens() {
        Integer perMinute = limits.tokensPerMinute();
        return perMinute == null ? 0 : random.nextInt(perMinute / 8);
    }

    private Limits otherLimits() {
        return new Limits(
                other(limits.requestsPerMinute()),
                other(limits.tokensPerMinute()),
                other(limits.requestsPerDay()),
                limits.share());
    }

    private @Nullable Integer other(@Nullable Integer limit) {
        return limit == null ? null : orNull(pick(limit, 0, Math.max(1, limit / 2)));
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(micros * 1_000);
    }

    private List<SlotChange> changes() {
        List<SlotChange> changes = new ArrayList<>();
        int count = pick(0, 0, 1, 3);
        for (int i = 0; i < count && !held.isEmpty(); i++) {
            changes.add(settlement(held.remove(random.nextInt(held.size()))));
        }
        if (chance(0.03)) {
            changes.add(report());
        }
        if (chance(0.03)) {
            changes.add(refusal());
        }
        if (chance(0.01)) {
            changes.add(new SlotChange.Forgotten());
        }
        if (chance(0.02)) {
            int requests = 1 + random.nextInt(30);
            changes.add(requests < 15 ? new SlotChange.OfDay(requests) : new SlotChange.KeptOfDay(requests));
        }
        return changes;
    }

    private SlotChange settlement(Held one) {
        SlotSize size = one.size;
        return switch (random.nextInt(5)) {
            case 0 -> new SlotChange.Unused(one.id, size);
            case 1 -> new SlotChange.Moved(one.id, micros(random.nextLong(1 + minute / 100)), size, size);
            case 2 ->
                new SlotChange.Moved(
                        one.id,
                        Duration.ZERO,
                        new SlotSize(size.requests(), random.nextLong(2 * size.tokens() + 1)),
                        size);
            case 3 ->
                new SlotChange.Moved(
                        one.id, micros(random.nextLong(3 * minute)), new SlotSize(1 + random.nextInt(3), 0), size);
            // Told again although the books have it, or had.
            default -> new SlotChange.Kept(one.id, size);
        };
    }

    private SlotChange report() {
        SlotSize size = new SlotSize(pick(1, 1, 3), pick(0, 100));
        long at = random.nextLong(3 * minute);
        return chance(0.5) ? new SlotChange.Sent(micros(at), size) : new SlotChange.Kept(now + minute / 2 - at, size);
    }

    private SlotChange refusal() {
        Integer perMinute = limits.requestsPerMinute();
        if (chance(0.1)) {
            return new SlotChange.Refused(SlotChange.Unit.REQUESTS_PER_DAY, 20, Duration.ZERO, Duration.ZERO, 1);
        }
        return new SlotChange.Refused(
                limits.tokensPerMinute() == null || chance(0.5)
                        ? SlotChange.Unit.REQUESTS_PER_MINUTE
                        : SlotChange.Unit.TOKENS_PER_MINUTE,
                pick(perMinute == null ? 30 : perMinute, 7, 200),
                micros(random.nextLong(minute)),
                micros(random.nextLong(minute)),
                pick(1, 1, 50));
    }
}
