package io.github.geminipool.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Limits;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.spi.Priority;
import io.github.geminipool.stats.CallerStats;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of callers with limits, and calls that give way to others. */
class CallersTest {

    private CallFixture pool = CallFixture.ofKeys(2);

    @AfterEach
    void nothingIsLeft() {
        pool.assertNothingIsLeft();
    }

    private CallFixture of(CallerLimits limits, String... fallbacks) {
        CallFixture made = CallFixture.with(setup -> {
            setup.callers = List.of(limits);
            setup.fallbacks = List.of(fallbacks);
        });
        made.options = CallOptions.NONE.withCaller("one").withAcquireTimeout(Duration.ZERO);
        return made;
    }

    private CallerStats stats() {
        return pool.callers.stats().get(0);
    }

    private int code() throws IOException {
        try (Response response = pool.call()) {
            return response.code();
        }
    }

    @Test
    void aRetryOfWhatWasNotSentCountsAsTheCall() throws IOException {
        pool = of(CallerLimits.of("one").withRequestsPerMinute(1));
        pool.exchange.breaksOff(false).answers();
        assertThat(code()).isEqualTo(200);
        assertThat(pool.exchange.attempts()).isEqualTo(2);
        assertThat(stats().calls()).isEqualTo(1);
        assertThat(code()).as("one a minute").isEqualTo(429);
    }

    @Test
    void aRetryOfWhatWasSentDoesNotCountAgain() throws IOException {
        pool = of(CallerLimits.of("one").withRequestsPerMinute(2));
        pool.exchange.rejectsKey().answers();
        assertThat(code()).isEqualTo(200);
        assertThat(stats().calls()).isEqualTo(1);
    }

    @Test
    void aFallbackThatTheCallerMayNotUseIsSkipped() throws IOException {
        pool = of(CallerLimits.of("one").withModels(Set.of(CallFixture.MODEL, "third")), CallFixture.FALLBACK, "third");
        pool.options = pool.options.withMaxAttempts(1);
        pool.exchange.isOverloaded().answers();
        assertThat(code()).isEqualTo(200);
        assertThat(pool.exchange.models()).containsExactly(CallFixture.MODEL, "third");
    }

    @Test
    void withoutAFallbackThatTheCallerMayUseTheFailureIsTheCalls() throws IOException {
        pool = of(CallerLimits.of("one").withModels(Set.of(CallFixture.MODEL)), CallFixture.FALLBACK);
        pool.options = pool.options.withMaxAttempts(1);
        pool.exchange.isOverloaded();
        assertThat(code()).isEqualTo(503);
        assertThat(pool.exchange.models()).containsExactly(CallFixture.MODEL);
    }

    @Test
    void aForbiddenModelIsRefusedWhateverItsFallbacks() throws IOException {
        pool = of(CallerLimits.of("one").withModels(Set.of(CallFixture.FALLBACK)), CallFixture.FALLBACK);
        try (Response response = pool.call()) {
            assertThat(response.code()).isEqualTo(429);
            assertThat(response.body().string()).contains("may not use the model");
        }
        assertThat(pool.exchange.attempts()).isZero();
    }

    /** Ten requests a minute, one call every six seconds: the pace is no failure, however short the acquire timeout is. */
    @Test
    void aBackgroundCallWaitsForItsPaceBeyondTheAcquireTimeout() throws IOException {
        pool = CallFixture.with(setup -> {
            setup.keys = 1;
            setup.size = 10;
            setup.limits = Limits.NONE.withRequestsPerMinute(10);
        });
        pool.options = CallOptions.NONE
                .withCaller(null)
                .withPriority(Priority.BACKGROUND)
                .withAcquireTimeout(Duration.ofSeconds(2));
        for (int i = 0; i < 10; i++) {
            pool.exchange.answers();
            assertThat(code()).isEqualTo(200);
        }
        assertThat(pool.time.passed()).isBetween(Duration.ofSeconds(45), Duration.ofSeconds(60));
    }
}
