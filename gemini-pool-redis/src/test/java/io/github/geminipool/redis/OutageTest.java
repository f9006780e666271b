package io.github.geminipool.redis;

import static io.github.geminipool.redis.StoreFixture.BUCKET;
import static io.github.geminipool.redis.StoreFixture.TIMEOUT;
import static io.github.geminipool.redis.StoreFixture.ask;
import static io.github.geminipool.redis.StoreFixture.failure;
import static io.github.geminipool.redis.StoreFixture.given;
import static io.github.geminipool.redis.StoreFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.redis.StoreFixture.StoreLog;
import io.github.geminipool.shared.BooksVersion;
import io.github.geminipool.shared.Slot;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.testing.Eventually;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisServerCommands;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** What a replica is told, and when, while Redis does not do its work; nothing of it makes anybody wait. */
@RequiresRedis
@Isolated // Others may take all of the processor.
@Timeout(40)
class OutageTest {

    private final RedisServer server = RedisServer.start();
    private final RedisSharedStore store = RedisSharedStore.connect(server.client(), "shop", TIMEOUT);
    private final StoreLog log = new StoreLog();

    @AfterEach
    void close() {
        log.close();
        store.close();
        server.close();
    }

    private void servesAgain() {
        Eventually.await(
                "it serves again",
                () -> store.reserve(order(0))
                        .handle((slots, failure) -> failure == null)
                        .toCompletableFuture()
                        .join());
    }

    @Test
    void aServerThatIsGoneFailsOrdersAtOnceAndIsAskedAgainOnceItIsBack() {
        assertThat(given(store, order(1))).isEqualTo(1);
        server.kill();
        Eventually.await("the connection is lost", () -> !failsNot());
        long since = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertThat(failure(store, order(1))).hasMessageContaining("not connected");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(1));
        assertThat(store.stats().aloneSince()).isNotNull();

        server.restart();
        servesAgain();

        Eventually.await("heartbeats are answered, too", () -> store.stats().aloneSince() == null);
        assertThat(ask(store, order(0)).requestsPerMinute().used())
                .as("nothing was asked later")
                .isZero();
        log.has(1, "This replica goes on alone");
        assertThat(log.contains("INFO Redis works again")).isTrue();
    }

    private boolean failsNot() {
        return store.reserve(order(0))
                .handle((slots, failure) -> failure == null)
                .toCompletableFuture()
                .join();
    }

    @Test
    void whatWasNotAnsweredWhenTheConnectionWasLostIsNotSentAgain() {
        server.freeze();
        CompletableFuture<Slots> pending = store.reserve(order(5)).toCompletableFuture();
        server.kill();
        assertThat(pending).failsWithin(Duration.ofSeconds(10));
        server.restart();
        servesAgain();
        assertThat(ask(store, order(0)).requestsPerMinute().used()).isZero();
    }

    @Test
    void aServerThatHangsAnswersLateAndTheSlotsCanBeGivenBack() {
        Duration timeout = Duration.ofMillis(150);
        try (RedisSharedStore impatient = RedisSharedStore.connect(server.client(), "shop", timeout)) {
            hang(impatient);
        }
        log.has(1, "no answer within 150 ms");
    }

    private void hang(RedisSharedStore impatient) {
        BooksVersion version = ask(impatient, order(0)).version();
        server.freeze();
        CompletableFuture<Slots> late =
                impatient.reserve(order(BUCKET, 60, 5, version)).toCompletableFuture();
        Eventually.await("it is noticed", () -> impatient.stats().aloneSince() != null);
        assertThat(late).isNotDone();
        server.thaw();

        Slots slots = late.join();
        assertThat(slots.slots()).hasSize(5);
        SlotChange[] unused = slots.slots().stream()
                .map(slot -> new SlotChange.Unused(slot.id(), slot.size()))
                .toArray(SlotChange[]::new);
        assertThat(ask(impatient, order(BUCKET, 60, 0, slots.version(), unused))
                        .requestsPerMinute()
                        .used())
                .isZero();
        assertThat(impatient.stats().unanswered()).isPositive();
    }

    @Test
    void aServerThatIsAwayAtTheStartIsFoundLater() {
        server.kill();
        try (RedisSharedStore early = RedisSharedStore.connect(server.client(), "shop", TIMEOUT)) {
            assertThat(failure(early, order(1))).hasMessageContaining("not connected");
            assertThat(early.members().replicas()).containsExactly(early.replica());
            server.restart();
            Eventually.await(
                    "it serves",
                    () -> early.reserve(order(1))
                            .handle((slots, failure) -> failure == null)
                            .toCompletableFuture()
                            .join());
        }
    }

    @Test
    void lostBooksAreToldToAllAndRebuiltFromWhatTheyReport() {
        RecordingFollower follower = new RecordingFollower();
        try (RedisSharedStore other = RedisSharedStore.connect(server.client(), "shop", TIMEOUT)) {
            other.follow(follower);
            store.follow(follower);
            Slots before = ask(store, order(40));
            server.ask(RedisServerCommands::flushall);

            Slots found = ask(store, order(BUCKET, 60, 1, before.version()));
            assertThat(found.status()).isEqualTo(Slots.Status.LOST);
            assertThat(found.slots()).isEmpty();
            assertThat(ask(other, order(1)).status()).isEqualTo(Slots.Status.REPORTING);
            Eventually.await("both are told, once", () -> follower.lost.size() == 2);
            assertThat(follower.lost).containsExactly(BUCKET, BUCKET);

            SlotChange[] kept = before.slots().stream()
                    .map(slot -> new SlotChange.Kept(slot.id(), slot.size()))
                    .toArray(SlotChange[]::new);
            ask(store, order(BUCKET, 60, 0, null, kept));
            Slots again = ask(store, order(BUCKET, 60, 0, null, kept));
            assertThat(again.requestsPerMinute().used())
                    .as("told twice, counted once")
                    .isEqualTo(40);
            Eventually.await("slots are given again", () -> given(other, order(60)) == 20);
            assertThat(store.stats().booksLost()).isEqualTo(1);
        }
        log.has(1, "books of project shop for model gemini-flash were lost");
    }

    @Test
    void aFailOverThatLostTheLastSlotsIsFound() {
        Slots before = ask(store, order(10));
        List<Slot> slots = before.slots();
        String[] keys = new Names("shop").books(BUCKET);
        server.ask(redis -> {
            redis.zremrangebyrank(keys[0], -3, -1);
            redis.hincrby(keys[1], "given", -3);
            return redis.hincrby(keys[1], "rSum", -3);
        });
        Slots found = ask(store, order(BUCKET, 60, 1, before.version()));
        assertThat(found.status()).isEqualTo(Slots.Status.LOST);
        SlotChange[] kept = slots.stream()
                .map(slot -> new SlotChange.Kept(slot.id(), slot.size()))
                .toArray(SlotChange[]::new);
        assertThat(ask(store, order(BUCKET, 60, 0, null, kept))
                        .requestsPerMinute()
                        .used())
                .isEqualTo(10);
    }

    @Test
    void aReplicaIsNotWrittenToAndTheConnectionIsOpenedAnew() {
        try (RedisServer primary = RedisServer.start()) {
            server.ask(redis -> redis.replicaof("127.0.0.1", primary.port()));
            assertThat(failure(store, order(1))).hasMessageContaining("READONLY");
            failure(store, order(1));
            server.ask(RedisServerCommands::replicaofNoOne);
        }
        servesAgain();
        log.has(1, "READONLY");
    }

    @Test
    void aServerWithoutMemorySaysSoBeforeAnythingIsHalfWritten() {
        Slots before = ask(store, order(3));
        server.ask(redis -> redis.configSet("maxmemory", "1"));
        assertThat(failure(store, order(1))).hasMessageContaining("OOM");
        Slot slot = before.slots().get(0);
        SlotChange moved = new SlotChange.Moved(slot.id(), Duration.ofMillis(5), slot.size(), slot.size());
        store.reserve(order(BUCKET, 60, 1, null, moved))
                .handle((slots, failure) -> null)
                .toCompletableFuture()
                .join();
        server.ask(redis -> redis.configSet("maxmemory", "0"));
        servesAgain();
        assertThat(ask(store, order(0)).requestsPerMinute().used()).isBetween(3L, 4L);
        log.has(1, "OOM");
    }

    @Test
    void aKeyOfAnotherTypeInTheWayConcernsItsBucketOnly() {
        server.ask(redis -> redis.set(new Names("shop").books(BUCKET)[1], "x"));
        assertThat(failure(store, order(1))).hasMessageContaining("WRONGTYPE");
        failure(store, order(1));
        assertThat(given(store, order(new io.github.geminipool.shared.QuotaBucket("shop", "other"), 60, 1, null)))
                .isEqualTo(1);
        log.has(1, "WRONGTYPE");
        assertThat(store.stats().aloneSince()).isNotNull();
    }

    @Test
    void aServerThatForbidsItIsNotAskedInVainForLong() {
        server.ask(redis -> redis.aclSetuser("default", AclSetuserArgs.Builder.removeCommand(CommandType.EVALSHA)));
        assertThat(failure(store, order(1))).hasMessageStartingWith("NOPERM");
        failure(store, order(1));
        log.has(1, "NOPERM");
        server.ask(redis -> redis.aclSetuser("default", AclSetuserArgs.Builder.addCommand(CommandType.EVALSHA)));
        servesAgain();
    }

    @Test
    void theRightsThatTheDocumentationNamesSuffice() {
        server.ask(redis -> redis.dispatch(
                CommandType.ACL,
                new io.lettuce.core.output.StatusOutput<>(io.lettuce.core.codec.StringCodec.UTF8),
                aclOfTheDocumentation()));
        RedisClient client = TestClients.client(server.uri(), "gemini", "secret");
        RecordingFollower follower = new RecordingFollower();
        try (RedisSharedStore least = RedisSharedStore.connect(client, "shop", TIMEOUT)) {
            least.follow(follower);
            Slots slots = ask(least, order(BUCKET, 5_000, 3, null));
            Slot slot = slots.slots().get(0);
            ask(least, order(BUCKET, 60, 1, null, new SlotChange.Unused(slot.id(), slot.size())));
            server.ask(redis -> redis.del(new Names("shop").books(BUCKET)));
            assertThat(ask(least, order(BUCKET, 60, 0, slots.version())).status())
                    .isEqualTo(Slots.Status.LOST);
            io.github.geminipool.shared.Fact fact = new io.github.geminipool.shared.Fact(
                    io.github.geminipool.shared.FactKind.ALIAS,
                    "a",
                    "b",
                    least.replica(),
                    Duration.ofMinutes(1),
                    io.github.geminipool.shared.Fact.Precedence.LONGEST);
            least.publish(fact);
            Eventually.await("it is told", () -> follower.facts.size() == 1);
            least.retract(fact.kind(), "a");
            Eventually.await("it is taken back", follower.facts::isEmpty);
        }
        log.has(0, "NOPERM");
    }

    @Test
    void theRightsOfANamespaceAreThoseOfNoOther() {
        server.ask(redis -> redis.dispatch(
                CommandType.ACL,
                new io.lettuce.core.output.StatusOutput<>(io.lettuce.core.codec.StringCodec.UTF8),
                new io.lettuce.core.protocol.CommandArgs<>(io.lettuce.core.codec.StringCodec.UTF8)
                        .add("SETUSER")
                        .add("of-shop")
                        .addValues(ReplicasPage.rightsOf("shop", "secret"))));
        RedisClient client = TestClients.client(server.uri(), "of-shop", "secret");
        try (RedisSharedStore own = RedisSharedStore.connect(client, "shop", TIMEOUT)) {
            assertThat(given(own, order(1))).isEqualTo(1);
            Eventually.await("its heartbeats are answered", () -> own.aloneSince() == null);
            log.has(0, "NOPERM");
            try (RedisSharedStore others = RedisSharedStore.connect(client, "shop2", TIMEOUT)) {
                assertThat(failure(others, order(1))).hasMessageStartingWith("NOPERM");
            }
        }
    }

    private static io.lettuce.core.protocol.CommandArgs<String, String> aclOfTheDocumentation() {
        return new io.lettuce.core.protocol.CommandArgs<>(io.lettuce.core.codec.StringCodec.UTF8)
                .add("SETUSER")
                .add("gemini")
                .addValues(ReplicasPage.rights("gemini", "secret"));
    }
}
