package io.github.geminipool.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.Slot;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A failover to a server whose clock is behind. */
@RequiresRedis
class BooksClockTest {

    private static final String[] KEYS = new Names("clock").books(new QuotaBucket("shop", "gemini-flash"));
    private static final Instant DAY_ENDS = Instant.parse("2026-12-02T08:00:00Z");

    private final StatefulRedisConnection<String, String> connection;
    private final String sha;
    private Instant now = DAY_ENDS.minus(Duration.ofHours(3));

    BooksClockTest(RedisServer server) {
        connection = server.client().connect();
        sha = connection
                .sync()
                .scriptLoad(BooksWalk.timed(Script.named("books.lua").source()));
        connection.sync().del(KEYS);
    }

    @AfterEach
    void close() {
        connection.close();
    }

    private Slots ask(Limits limits, int number, SlotChange... changes) {
        SlotOrder order = new SlotOrder(
                new QuotaBucket("shop", "gemini-flash"),
                limits,
                DAY_ENDS,
                null,
                Collections.nCopies(number, SlotSize.ONE),
                0,
                Duration.ZERO,
                List.of(changes));
        String[] arguments = BooksCall.arguments(order, BooksCall.MINUTE_MICROS);
        String[] timed = Arrays.copyOf(arguments, arguments.length + 1);
        timed[arguments.length] = String.valueOf(now.toEpochMilli() * 1_000);
        List<Long> reply = connection.sync().evalsha(sha, ScriptOutputType.MULTI, KEYS, timed);
        return BooksCall.answer(reply, order.wanted());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 150, 3_600})
    void theQuotaGoesOnAsIfTheClockHadNotChanged(int secondsBehind) {
        Limits limits = Limits.NONE.withRequestsPerMinute(60);
        ask(limits, 30);
        now = now.minusSeconds(secondsBehind);

        Slots rest = ask(limits, 40);
        assertThat(rest.slots()).hasSize(30);
        assertThat(rest.slots()).extracting(Slot::in).allMatch(in -> in.compareTo(Duration.ofSeconds(1)) < 0);
        assertThat(rest.nextFree()).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(61));
        now = now.plusSeconds(61);
        assertThat(ask(limits, 1).slots()).hasSize(1);
    }

    @Test
    void whatWasGivenBeforeCanBeGivenBackAfterwards() {
        Limits limits = Limits.NONE.withRequestsPerMinute(60);
        Slot slot = ask(limits, 60).slots().get(7);
        now = now.minusSeconds(30);

        assertThat(ask(limits, 2, new SlotChange.Unused(slot.id(), slot.size())).slots())
                .hasSize(1);
    }

    @Test
    void theDayEndsByTheNewClock() {
        Limits limits = Limits.NONE.withRequestsPerDay(10);
        ask(limits, 10);
        now = now.minusSeconds(600);

        Slots none = ask(limits, 1);
        assertThat(none.slots()).isEmpty();
        assertThat(none.dayEndsIn()).isEqualTo(Duration.ofHours(3).plusSeconds(600));
        assertThat(none.nextFree()).isEqualTo(none.dayEndsIn());
    }
}
