package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.KeyChoice;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;

/** A preference gives way where the preferred project fails and others answer. */
class PreferredProjectTest {

    private static final CallOptions PREFERS_P1 = CallOptions.NONE.withKeys(KeyChoice.ANY.withPreferredProject("p1"));

    private final CallFixture pool = CallFixture.with(setup -> {
        setup.keys = 2;
        setup.retry = new RetrySettings(3, Duration.ofSeconds(1), 2, Duration.ofSeconds(10), 0, 0.2);
    });

    /** Makes a call and returns whether it was answered; k1 fails while {@code isDead}. */
    private boolean call(Request request, boolean isDead) throws IOException {
        pool.time.advance(Duration.ofMillis(10));
        for (int i = 0; i < 3; i++) {
            pool.exchange.then((call, lease) -> {
                FakeExchange once = new FakeExchange();
                if (isDead && lease.keyName().equals("k1")) {
                    once.refuses(FailureKind.OVERLOADED, 503, failed -> new Scope.Model(MODEL));
                } else {
                    once.answers();
                }
                return once.next(call, lease);
            });
        }
        try {
            return pool.call(request).code() == 200;
        } finally {
            pool.exchange.forget();
        }
    }

    @Test
    void aDeadOneFailsNoCall() throws IOException {
        pool.options = PREFERS_P1;
        int failed = 0;
        for (int i = 0; i < 500; i++) {
            failed += call(Responses.generate(MODEL), true) ? 0 : 1;
        }
        assertThat(failed).isZero();
        assertThat(pool.exchange.attempts()).isLessThan(520);
    }

    @Test
    void aHealedOneIsPreferredAgain() throws IOException {
        pool.options = PREFERS_P1;
        for (int i = 0; i < 100; i++) {
            call(Responses.generate(MODEL), true);
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(call(Responses.generate(MODEL), false)).isTrue();
        }
        int before = pool.exchange.attempts();
        for (int i = 0; i < 20; i++) {
            call(Responses.generate(MODEL), false);
        }
        assertThat(pool.exchange.keys().subList(before, before + 20)).containsOnly("k1");
    }

    @Test
    void whatOnlyItMayBeAbleToServeStaysWithIt() throws IOException {
        pool.options = PREFERS_P1;
        for (int i = 0; i < 20; i++) {
            call(Responses.generate(MODEL), true);
        }
        String body = "{\"contents\": [], \"continuationToken\": \"YWJj\"}";
        int before = pool.exchange.attempts();
        call(Responses.generate(MODEL, RequestBody.create(body, Responses.JSON)), false);
        assertThat(pool.exchange.keys().get(before)).isEqualTo("k1");
    }
}
