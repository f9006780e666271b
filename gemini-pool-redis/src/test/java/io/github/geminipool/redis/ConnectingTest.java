package io.github.geminipool.redis;

import static io.github.geminipool.redis.StoreFixture.TIMEOUT;
import static io.github.geminipool.redis.StoreFixture.given;
import static io.github.geminipool.redis.StoreFixture.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.testing.Eventually;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisServerCommands;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a store does while a connection is being opened, or can't be. */
@RequiresRedis
@Timeout(30)
class ConnectingTest {

    private final RedisServer server = RedisServer.start();
    private final CompletableFuture<RedisClient> gate = new CompletableFuture<>();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void close() {
        gate.complete(server.client());
        server.close();
    }

    /** Returns a client at once so many times, and later when the gate opens. */
    private Supplier<RedisClient> client(int times) {
        return () -> asked.incrementAndGet() <= times ? server.client() : gate.join();
    }

    @Test
    void heartbeatsGoOnWhileASubscriptionIsBeingMade() {
        RecordingFollower follower = new RecordingFollower();
        try (RedisSharedStore held = RedisSharedStore.connect(client(1), "shop", TIMEOUT);
                RedisSharedStore other = RedisSharedStore.connect(server.client(), "shop", TIMEOUT)) {
            held.follow(follower);
            Eventually.await("the subscription is being made", () -> asked.get() == 2);
            Eventually.await("they know each other", () -> held.members().count() == 2);
            other.publish(
                    new Fact(FactKind.ALIAS, "a", "b", other.replica(), Duration.ofMinutes(1), Fact.Precedence.LATEST));
            Eventually.await("it is read", () -> follower.facts.containsKey("ALIAS a"));
            assertThat(held.aloneSince()).isNull();
            assertThat(gate).isNotDone();
        }
    }

    @Test
    void anErrorEndsNothing() {
        Supplier<RedisClient> broken = () -> {
            if (asked.incrementAndGet() == 1) {
                throw new NoClassDefFoundError("of a test");
            }
            return server.client();
        };
        try (RedisSharedStore store = RedisSharedStore.connect(broken, "shop", TIMEOUT)) {
            Eventually.await("it connects", () -> store.members().count() == 1 && asked.get() == 3);
            Eventually.await("it is served", () -> store.aloneSince() == null);
            assertThat(given(store, order(1))).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatIsOpenedAfterItWasClosedIsClosed() {
        int before = connections();
        RedisSharedStore store = RedisSharedStore.connect(client(1), "shop", TIMEOUT);
        Eventually.await("it subscribes", () -> asked.get() == 2);
        store.close();
        gate.complete(server.client());
        assertThat(Eventually.holds(() -> asked.get() > 2, Duration.ofSeconds(1)))
                .as("it connects again")
                .isFalse();
        Eventually.await("all are closed", () -> connections() == before);
    }

    private int connections() {
        return server.ask(RedisServerCommands::clientList).split("\n", -1).length;
    }
}
