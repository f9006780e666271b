package io.github.geminipool.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.redis.FactsFeed.Snapshot;
import io.github.geminipool.shared.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When all facts are read: only if a change was missed. */
class FactsFeedTest {

    private long number = 5;
    private int failures;
    private final List<Long> reads = new ArrayList<>();
    private final RecordingFollower follower = new RecordingFollower();
    private final FactsFeed feed = new FactsFeed(
            () -> {
                if (failures-- > 0) {
                    throw new OutOfMemoryError("a test");
                }
                reads.add(number);
                return CompletableFuture.completedFuture(new Snapshot(number, List.of()));
            },
            Runnable::run,
            new Outage("It is a test."));

    FactsFeedTest() {
        feed.follow(follower);
        assertThat(reads).containsExactly(5L);
    }

    /** A replica changes something, and this one is told. */
    private void told() {
        number++;
        feed.toldOf("fact\n" + number + "\nEXCLUSION\nkey|a\nr\n1000\nv", lost -> {});
    }

    private void heartbeat(long answer, long seenBefore) {
        if (feed.isBehind(answer, seenBefore)) {
            feed.latestWas(answer, seenBefore);
        }
    }

    @Test
    void aChangeThatIsToldBeforeTheHeartbeatIsAnsweredIsNotRead() {
        long seenBefore = feed.seen();
        told();
        told();
        heartbeat(6, seenBefore);
        heartbeat(5, seenBefore);
        assertThat(reads).hasSize(1);
    }

    @Test
    void changesThatAreToldWhileTheFeedWaitsForAMessageAreNotRead() {
        long seenBefore = feed.seen();
        assertThat(feed.isBehind(6, seenBefore)).isTrue();
        told();
        told();
        feed.latestWas(6, seenBefore);
        assertThat(reads).hasSize(1);
        assertThat(follower.changes).hasValue(2);
    }

    @Test
    void aChangeThatWasMissedIsRead() {
        number = 6;
        heartbeat(6, feed.seen());
        assertThat(reads).containsExactly(5L, 6L);
    }

    @Test
    void aServerThatHasGoneBackIsRead() {
        told();
        number = 4;
        heartbeat(4, feed.seen());
        assertThat(reads).containsExactly(5L, 4L);
    }

    @Test
    void whatCouldNotBeReadForLackOfMemoryIsReadLater() {
        number = 7;
        failures = 1;
        assertThatThrownBy(() -> heartbeat(7, feed.seen())).isInstanceOf(OutOfMemoryError.class);
        heartbeat(7, feed.seen());
        assertThat(reads).containsExactly(5L, 7L);
    }

    @Test
    void whoRunsOutOfMemoryIsToldAllAgain() {
        feed.follow(new RecordingFollower() {
            @Override
            public void published(Fact fact) {
                throw new OutOfMemoryError("a test");
            }
        });
        reads.clear();
        assertThatThrownBy(this::told).isInstanceOf(OutOfMemoryError.class);
        heartbeat(number, feed.seen());
        assertThat(reads).containsExactly(6L);
    }

    @Test
    void afterATroubleAllIsReadAgainThoughTheNumberIsTheSame() {
        feed.missed();
        heartbeat(number, feed.seen());
        heartbeat(number, feed.seen());
        assertThat(reads).containsExactly(5L, 5L);
    }
}
