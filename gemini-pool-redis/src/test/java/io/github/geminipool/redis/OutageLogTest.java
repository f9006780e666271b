package io.github.geminipool.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.redis.StoreFixture.StoreLog;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often an outage is told. */
@Timeout(30)
class OutageLogTest {

    private final Throwable failure = new RedisUnavailableException("not connected");

    private final AtomicLong nanos = new AtomicLong();
    private final Outage outage = new Outage("It goes on", nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void isToldAgainAfterABucketThatFailedWasNotAskedAnyMore() {
        try (StoreLog log = new StoreLog()) {
            outage.failed(StoreFixture.BUCKET, failure);
            pass(Duration.ofSeconds(16));
            assertThat(outage.since()).isNull();
            pass(Duration.ofMinutes(2));
            outage.failed(StoreFixture.BUCKET, failure);
            log.has(2, "Redis is failing: not connected");

            pass(Duration.ofMinutes(2));
            outage.failed(StoreFixture.BUCKET, failure);
            log.has(3, "Redis is failing: not connected");
        }
    }

    @Test
    void isToldOnceWhileItLasts() {
        try (StoreLog log = new StoreLog()) {
            for (int i = 0; i < 200; i++) {
                outage.failed(StoreFixture.BUCKET, failure);
                pass(Duration.ofSeconds(1));
            }
            log.has(1, "Redis is failing");
            outage.answered(StoreFixture.BUCKET);
            log.has(1, "Redis works again");
            assertThat(outage.since()).isNull();
        }
    }

    @Test
    void whatTheStoreItselfAsksIsNotForgotten() {
        outage.failed("heartbeats", failure);
        pass(Duration.ofMinutes(2));
        assertThat(outage.since()).isNotNull();
    }
}
