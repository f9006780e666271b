package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.FALLBACK;
import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.KeyPassedOver;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.key.Project;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.KeyChoice;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contrasts between whose question and answer something else happens, and those that may not ask everybody. */
class CallContrastOrderTest {

    private static final FailureCause DENIED = FailureCause.PERMISSION_DENIED;

    private CallFixture pool = CallFixture.ofKeys(3);

    /** What each key answers; the others answer with content. */
    private final Map<String, Consumer<FakeExchange>> answers = new HashMap<>();

    @AfterEach
    void nothingIsLeft() {
        pool.assertNothingIsLeft();
    }

    private static void denies(FakeExchange exchange) {
        exchange.refuses(DENIED, 403);
    }

    private void hasNoQuotaFor(FakeExchange exchange, Duration duration) {
        exchange.hasNoQuotaLeft(FailureKind.RATE_LIMITED, pool.time.now().plus(duration));
    }

    /** Makes a call and returns its status. */
    private int call(Request request) throws IOException {
        FakeExchange asked = pool.exchange;
        for (int i = 0; i < 10; i++) {
            asked.then((call, lease) -> {
                FakeExchange once = new FakeExchange();
                answers.getOrDefault(lease.keyName(), FakeExchange::answers).accept(once);
                return once.next(call, lease);
            });
        }
        try {
            return pool.call(request).code();
        } finally {
            asked.forget();
        }
    }

    private int call() throws IOException {
        return call(Responses.generate(MODEL));
    }

    private int callOnly(String... keys) throws IOException {
        pool.options = CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyKeys(Set.of(keys)));
        try {
            return call();
        } finally {
            pool.options = CallOptions.NONE;
        }
    }

    private void areAnswered(int calls) throws IOException {
        for (int i = 0; i < calls; i++) {
            pool.time.advance(Duration.ofMillis(1));
            assertThat(call()).as("call %s", i).isEqualTo(200);
        }
    }

    @Test
    void aKeyThatFailsForAFaultOfItsOwnIsNoWitness() throws IOException {
        for (Consumer<FakeExchange> otherFault : List.<Consumer<FakeExchange>>of(
                FakeExchange::rejectsKey, exchange -> hasNoQuotaFor(exchange, Duration.ofSeconds(50)))) {
            pool = CallFixture.with(setup -> {
                setup.keys = 3;
                setup.project = number -> new Project("p" + number, "account", number == 2 ? 1 : 0, 1);
            });
            answers.clear();
            // Only k2 is of a higher tier; k3 has answered last, so that it is asked first.
            for (String key : new String[] {"k2", "k1", "k3"}) {
                pool.time.advance(Duration.ofMillis(1));
                callOnly(key);
            }
            answers.put("k1", CallContrastOrderTest::denies);
            answers.put("k3", otherFault);
            areAnswered(20);
            assertThat(pool.exchange.keys()).containsSequence("k1", "k3", "k2", "k2");
        }
    }

    @Test
    void theSameProjectAcquitsNobody() throws IOException {
        pool = CallFixture.ofKeys(2);
        areAnswered(2);
        answers.put("k1", CallContrastOrderTest::denies);
        answers.put("k2", exchange -> hasNoQuotaFor(exchange, Duration.ofSeconds(5)));
        while (call() == 200) {
            pool.time.advance(Duration.ofMillis(1));
        }
        answers.remove("k2");
        pool.time.advance(Duration.ofSeconds(6));
        areAnswered(10);
    }

    @Test
    void nobodyIsAcquittedByThoseWhoWaitForTheirQuota() throws IOException {
        pool = CallFixture.ofKeys(2);
        answers.put("k1", CallContrastOrderTest::denies);
        answers.put("k2", exchange -> hasNoQuotaFor(exchange, Duration.ofSeconds(10)));
        callOnly("k2");
        for (int i = 0; i < 5; i++) {
            assertThat(call()).isEqualTo(403);
        }
        answers.remove("k2");
        pool.time.advance(Duration.ofSeconds(11));
        areAnswered(10);
    }

    @Test
    void aCallThatMayAskNobodySettlesNothing() throws IOException {
        areAnswered(3);
        answers.put("k1", CallContrastOrderTest::denies);
        for (int i = 0; i < 400; i++) {
            pool.time.advance(Duration.ofMillis(500));
            if (i % 20 == 0) {
                callOnly("k1");
            } else {
                assertThat(call()).as("call %s", i).isEqualTo(200);
            }
        }
    }

    @Test
    void whereAllHaveFailedAlikeItIsAskedAgainAfterAWhile() throws IOException {
        for (int keys : new int[] {2, 3, 4, 5, 7, 10}) {
            pool = CallFixture.ofKeys(keys);
            for (int i = 1; i <= keys; i++) {
                answers.put("k" + i, CallContrastOrderTest::denies);
            }
            for (int i = 0; i < 2 * keys; i++) {
                assertThat(call()).isEqualTo(403);
            }
            answers.clear();
            answers.put("k1", CallContrastOrderTest::denies);
            for (int i = 0; i < 20; i++) {
                pool.time.advance(Duration.ofSeconds(3));
                call();
            }
            areAnswered(20);
        }
    }

    @Test
    void aKeyThatAnswersAfterAllIsNotAtFault() throws IOException {
        pool = CallFixture.with(setup -> {
            setup.keys = 2;
            setup.project = number -> Project.of("all");
        });
        pool.exchange.refuses(DENIED, 403).rejectsKey().answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(pool.events.events(KeyPassedOver.class)).isEmpty();
    }

    @Test
    void theFallbackIsAskedElsewhereToo() throws IOException {
        pool = CallFixture.with(setup -> {
            setup.keys = 4;
            setup.fallbacks = List.of(FALLBACK);
        });
        for (int i = 0; i < 3; i++) {
            pool.exchange.refuses(FailureCause.MODEL_NOT_FOUND, 404);
        }
        pool.exchange.refuses(DENIED, 403).answers();
        assertThat(pool.call().code()).isEqualTo(200);
        assertThat(pool.exchange.models()).containsExactly(MODEL, MODEL, MODEL, FALLBACK, FALLBACK);
    }
}
