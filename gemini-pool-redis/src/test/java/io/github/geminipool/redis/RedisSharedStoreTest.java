package io.github.geminipool.redis;

import static io.github.geminipool.redis.StoreFixture.BUCKET;
import static io.github.geminipool.redis.StoreFixture.TIMEOUT;
import static io.github.geminipool.redis.StoreFixture.ask;
import static io.github.geminipool.redis.StoreFixture.given;
import static io.github.geminipool.redis.StoreFixture.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.BookedQuota;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.Slot;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.testing.Eventually;
import io.lettuce.core.api.sync.RedisScriptingCommands;
import io.lettuce.core.api.sync.RedisServerCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What two replicas of an application have from a server that does its work. */
@RequiresRedis
@Timeout(30)
class RedisSharedStoreTest {

    private final RedisServer server;
    private RedisSharedStore one;
    private RedisSharedStore other;

    RedisSharedStoreTest(RedisServer server) {
        this.server = server;
        server.ask(RedisServerCommands::flushall);
        one = RedisSharedStore.connect(server.client(), "shop", TIMEOUT);
        other = RedisSharedStore.connect(server.client(), "shop", TIMEOUT);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    @Test
    void replicasShareALimit() {
        assertThat(given(one, order(40))).isEqualTo(40);
        assertThat(given(other, order(40))).isEqualTo(20);
        assertThat(given(one, order(1))).isZero();
    }

    @Test
    void anotherProjectModelOrNamespaceHasBooksOfItsOwn() {
        assertThat(given(one, order(new QuotaBucket("a:b", "c"), 60, 60, null))).isEqualTo(60);
        assertThat(given(one, order(new QuotaBucket("a", "b:c"), 60, 60, null))).isEqualTo(60);
        assertThat(given(one, order(new QuotaBucket("a}", "{b:c"), 60, 60, null)))
                .isEqualTo(60);
        try (RedisSharedStore stranger = RedisSharedStore.connect(server.client(), "other-shop", TIMEOUT)) {
            assertThat(given(stranger, order(new QuotaBucket("a:b", "c"), 60, 60, null)))
                    .isEqualTo(60);
        }
    }

    @Test
    void anAnswerSaysWhatTheBooksSay() {
        Limits limits = new Limits(100, 10_000, 200, 0.5);
        Slots slots = ask(
                one,
                new SlotOrder(
                        BUCKET,
                        limits,
                        Instant.now().plusSeconds(3_600),
                        null,
                        List.of(new SlotSize(1, 2_000), new SlotSize(3, 1_000), new SlotSize(1, 4_000)),
                        1,
                        Duration.ofSeconds(1),
                        List.of()));

        assertThat(slots.status()).isEqualTo(Slots.Status.COMPLETE);
        assertThat(slots.slots())
                .extracting(Slot::size)
                .containsExactly(new SlotSize(1, 2_000), new SlotSize(3, 1_000));
        assertThat(slots.slots()).allSatisfy(slot -> assertThat(slot.in()).isLessThan(Duration.ofMillis(1)));
        assertThat(slots.requestsPerMinute()).isEqualTo(new BookedQuota(50, 4, false));
        assertThat(slots.tokensPerMinute()).isEqualTo(new BookedQuota(5_000, 3_000, false));
        assertThat(slots.requestsPerDay()).isEqualTo(new BookedQuota(100, 4, false));
        assertThat(slots.nextFree()).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(61));
        assertThat(slots.dayEndsIn()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
    }

    @Test
    void aTurnIsATimeToCome() {
        ask(one, order(59));
        SlotOrder wanted = order(BUCKET, 60, 3, null);
        Slots slots = ask(
                other,
                new SlotOrder(
                        BUCKET,
                        wanted.limits(),
                        wanted.dayEnds(),
                        null,
                        wanted.wanted(),
                        1,
                        Duration.ofSeconds(61),
                        List.of()));

        // The cap of a minute: the window has room after a minute and its margin.
        assertThat(slots.slots()).hasSize(1);
        assertThat(slots.nextFree()).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(61));
    }

    @Test
    void aSlotThatIsGivenBackIsGivenToAnother() {
        Slot slot = ask(one, order(60)).slots().get(30);
        assertThat(given(other, order(1))).isZero();

        ask(one, order(BUCKET, 60, 0, null, new SlotChange.Unused(slot.id(), slot.size())));

        assertThat(given(other, order(2))).isEqualTo(1);
    }

    @Test
    void whatGeminiReportedToOneHoldsForAll() {
        SlotChange refused = new SlotChange.Refused(
                SlotChange.Unit.REQUESTS_PER_MINUTE, 10, Duration.ZERO, Duration.ofSeconds(30), 1);
        Slots told = ask(one, order(BUCKET, 60, 0, null, refused));
        assertThat(told.requestsPerMinute()).isEqualTo(new BookedQuota(10, 10, true));
        assertThat(given(other, order(1))).isZero();
        assertThat(ask(other, order(1)).requestsPerMinute().isLearned()).isTrue();

        assertThat(ask(one, order(BUCKET, 60, 0, null, new SlotChange.Forgotten()))
                        .requestsPerMinute()
                        .limit())
                .isEqualTo(60);
    }

    @Test
    void theDaysCountHoldsForAllAndOutlivesThem() {
        Limits limits = Limits.NONE.withRequestsPerDay(5);
        SlotOrder three = new SlotOrder(
                BUCKET,
                limits,
                Instant.now().plusSeconds(3_600),
                null,
                List.of(SlotSize.ONE, SlotSize.ONE, SlotSize.ONE),
                0,
                Duration.ZERO,
                List.of());
        assertThat(given(one, three)).isEqualTo(3);
        one.close();
        assertThat(given(other, three)).isEqualTo(2);
        assertThat(ask(other, three).nextFree()).isGreaterThan(Duration.ofMinutes(59));
    }

    @Test
    void aScriptThatTheServerHasForgottenIsLoadedAgain() {
        assertThat(given(one, order(1))).isEqualTo(1);
        server.ask(RedisScriptingCommands::scriptFlush);
        assertThat(given(one, order(1))).isEqualTo(1);
        assertThat(ask(one, order(0)).requestsPerMinute().used()).isEqualTo(2);
    }

    @Test
    void whoIsClosedLeavesAtOnceAndAsksNothing() {
        Eventually.await(
                "both know of each other",
                () -> one.members().count() == 2 && other.members().count() == 2);
        other.close();
        Eventually.await("it is gone", () -> one.members().count() == 1);
        assertThat(one.members().replicas()).containsExactly(one.replica());
        assertThat(StoreFixture.failure(other, order(1))).hasMessageContaining("not connected");
    }

    @Test
    void itCountsWhatItDoes() {
        ask(one, order(1));
        ask(one, order(1));
        Eventually.await("both are counted", () -> one.stats().replicas() == 2);
        StoreStats stats = one.stats();
        assertThat(stats.asks()).isEqualTo(2);
        assertThat(stats.booksLost()).isZero();
    }

    @Test
    void aNamespaceAndATimeoutAreRequired() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisSharedStore.connect(server.client(), " ", TIMEOUT))
                .withMessageContaining("namespace");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisSharedStore.connect(server.client(), "shop", Duration.ZERO))
                .withMessageContaining("timeout");
    }
}
