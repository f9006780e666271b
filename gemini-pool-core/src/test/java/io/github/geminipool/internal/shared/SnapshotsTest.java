package io.github.geminipool.internal.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.stats.AttemptStats;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.stats.PoolStats;
import io.github.geminipool.stats.ReplicaStats;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each replica shows the figures of all. */
class SnapshotsTest extends ReplicasFixture {

    private static AttemptStats attempts(long total) {
        return new AttemptStats(total, Map.of(), Map.of(), AttemptStats.NONE.latency(), AttemptStats.NONE.tokens());
    }

    private static ModelStats model(String name, long attempts) {
        return new ModelStats(name, 10, 2, 0, 3, attempts(attempts), 0, Map.of(), List.of(), List.of());
    }

    private static KeyUsage key(String name, long attempts) {
        return new KeyUsage(
                name,
                "shop",
                KeyUsage.State.HEALTHY,
                Instant.EPOCH,
                true,
                null,
                null,
                null,
                List.of(),
                1,
                attempts(attempts),
                1,
                0);
    }

    private static List<ReplicaStats> seenBy(Replica replica) {
        return replica.facts.replicas().toCompletableFuture().join();
    }

    @Test
    void theFiguresOfAllAreShownByAny() {
        Replica one = replica("one");
        Replica two = replica("two", keys("x", "y"));
        one.stats = new PoolStats(7, 1, attempts(8), List.of(model("m", 8)));
        one.keyStats = new KeyStats(List.of(key("a", 8)), List.of(), List.of());
        time.advance(Duration.ofSeconds(12));

        assertThat(seenBy(two))
                .containsExactly(
                        new ReplicaStats(
                                "one",
                                Duration.ofSeconds(2).plus(MESSAGE.multipliedBy(4)),
                                null,
                                7,
                                1,
                                8,
                                0,
                                2,
                                3,
                                List.of(new ReplicaStats.OfModel("m", 8, 0, 2, 3)),
                                // Each replica has its own name of a key.
                                List.of(new ReplicaStats.OfKey("x", 8, 0, 1, true))),
                        new ReplicaStats("two", Duration.ZERO, null, 0, 0, 0, 0, 0, 0, List.of(), List.of()));
    }

    @Test
    void whoIsGoneIsShownNoLonger() {
        List<Replica> all = replicas("one", "two");
        time.advance(Duration.ofSeconds(12));
        all.get(0).crashes();
        time.advance(Duration.ofSeconds(30));
        assertThat(seenBy(all.get(1))).extracting(ReplicaStats::replica).containsExactly("two");
    }

    @Test
    void howeverManyModelsThereAreItIsShort() {
        ReplicaStats large = new ReplicaStats(
                "one",
                Duration.ZERO,
                Instant.ofEpochMilli(1_234),
                1,
                2,
                3,
                4,
                5,
                6,
                IntStream.range(0, 1_000)
                        .mapToObj(i -> new ReplicaStats.OfModel("modèle\t" + i, 1, 0, 0, 0))
                        .toList(),
                IntStream.range(0, 1_000)
                        .mapToObj(i -> new ReplicaStats.OfKey("key" + i, 1, 0, 0, true))
                        .toList());

        String text = SnapshotText.of(large, key -> key);

        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(16 * 1024);
        ReplicaStats read = Objects.requireNonNull(SnapshotText.read("one", Duration.ZERO, text, key -> key));
        assertThat(read.models()).hasSizeGreaterThan(200);
        assertThat(read.models().get(0).model()).isEqualTo("modèle?0");
        assertThat(read.keys()).hasSizeGreaterThan(200);
        assertThat(read.waiting()).isEqualTo(6);
        assertThat(read.aloneSince()).isEqualTo(large.aloneSince());
    }

    @Test
    void whatAnotherVersionWroteIsLeftOut() {
        assertThat(SnapshotText.read("one", Duration.ZERO, "something else", key -> key))
                .isNull();
        assertThat(SnapshotText.read("one", Duration.ZERO, "", key -> key)).isNull();
    }
}
