package io.github.geminipool.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.geminipool.internal.event.GuardedCallers;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallScope;
import io.github.geminipool.spi.CallerResolver;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.spi.Priority;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CallSurroundingsTest {

    private static final CallOptions ADA = CallOptions.NONE.withCaller("ada");
    private static final CallOptions BOB = CallOptions.NONE.withCaller("bob");
    private static final CallOptions ROOMY =
            CallOptions.NONE.withPriority(Priority.BACKGROUND).withMaxAttempts(7);

    private final OkHttpClient client = new OkHttpClient();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void theThreadIsInNoScope() {
        assertThat(CallScope.current()).isNull();
    }

    private CallSurroundings resolvedBy(CallerResolver resolver) {
        return new CallSurroundings(new GuardedCallers(() -> {
            asked.incrementAndGet();
            return resolver.caller();
        }));
    }

    private static Call callOf(OkHttpClient client) {
        return client.newCall(new Request.Builder().url("http://gemini.test/").build());
    }

    private static void in(CallSurroundings surroundings, CallOptions options, Runnable block) {
        CallScope outer = surroundings.enter(options);
        try {
            block.run();
        } finally {
            CallScope.set(outer);
        }
    }

    @Test
    void withoutAnyACallHasItsOwnOptions() {
        CallSurroundings surroundings = new CallSurroundings(null);
        assertThat(surroundings.complete(ADA)).isSameAs(ADA);
        assertThat(surroundings.of(callOf(client))).isSameAs(CallOptions.NONE);
    }

    /** The call's own, the block's, the client's, the resolver's. */
    @Test
    void theNearestTakePrecedence() {
        CallSurroundings surroundings = resolvedBy(() -> "resolved");
        Call bound = callOf(BoundOptions.bind(client, BOB.withMaxAttempts(3)));
        assertThat(surroundings.of(callOf(client)).caller()).isEqualTo("resolved");
        assertThat(surroundings.complete(ROOMY)).isEqualTo(ROOMY.withCaller("resolved"));
        assertThat(asked).hasValue(2);
        assertThat(surroundings.of(bound)).isEqualTo(BOB.withMaxAttempts(3));
        in(surroundings, ADA.withPriority(Priority.BACKGROUND), () -> {
            assertThat(surroundings.of(bound))
                    .isEqualTo(ADA.withPriority(Priority.BACKGROUND).withMaxAttempts(3));
            assertThat(surroundings.complete(BOB)).isEqualTo(BOB.withPriority(Priority.BACKGROUND));
        });
        assertThat(asked).as("times asked although there was a caller").hasValue(2);
        in(
                surroundings,
                ROOMY,
                () -> assertThat(surroundings.of(callOf(client))).isEqualTo(ROOMY.withCaller("resolved")));
    }

    @Test
    void blocksNestAndAreRestored() {
        CallSurroundings surroundings = new CallSurroundings(null);
        CallOptions keys = CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyKeys(Set.of("k")));
        in(surroundings, ADA.withKeys(keys.keys()), () -> {
            in(
                    surroundings,
                    BOB,
                    () -> assertThat(surroundings.complete(CallOptions.NONE)).isEqualTo(BOB.withKeys(keys.keys())));
            assertThat(surroundings.complete(CallOptions.NONE)).isEqualTo(ADA.withKeys(keys.keys()));
        });
        assertThat(surroundings.complete(CallOptions.NONE)).isSameAs(CallOptions.NONE);
    }

    @Test
    void theyAreThoseOfOnePool() {
        CallSurroundings one = new CallSurroundings(null);
        CallSurroundings other = new CallSurroundings(null);
        in(one, ADA, () -> {
            assertThat(other.complete(CallOptions.NONE)).isSameAs(CallOptions.NONE);
            in(other, BOB, () -> {
                assertThat(one.complete(CallOptions.NONE)).isEqualTo(ADA);
                assertThat(other.complete(CallOptions.NONE)).isEqualTo(BOB);
                in(one, ROOMY, () -> assertThat(one.complete(CallOptions.NONE)).isEqualTo(ROOMY.withCaller("ada")));
            });
        });
    }

    @Test
    void anotherThreadGetsThemWithTheScope() throws InterruptedException {
        CallSurroundings surroundings = new CallSurroundings(null);
        CallOptions[] seen = new CallOptions[2];
        in(surroundings, ADA, () -> {
            CallScope scope = CallScope.current();
            assertThat(String.valueOf(scope)).doesNotContain("ada");
            Thread thread = new Thread(() -> {
                seen[0] = surroundings.complete(CallOptions.NONE);
                CallScope.set(scope);
                seen[1] = surroundings.complete(CallOptions.NONE);
            });
            thread.start();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(seen).containsExactly(CallOptions.NONE, ADA);
    }

    @Test
    void aScopeOfSomebodyElseHasNoOptions() {
        CallSurroundings surroundings = new CallSurroundings(null);
        in(surroundings, ADA, () -> {
            CallScope own = CallScope.current();
            CallScope.set(new CallScope() {});
            assertThat(surroundings.complete(CallOptions.NONE)).isSameAs(CallOptions.NONE);
            CallScope.set(own);
        });
    }

    @Test
    void derivedClientsKeepTheirs() {
        CallSurroundings surroundings = new CallSurroundings(null);
        OkHttpClient derived = BoundOptions.bind(client, ADA)
                .newBuilder()
                .addInterceptor(chain -> chain.proceed(chain.request()))
                .build();
        assertThat(surroundings.of(callOf(derived))).isSameAs(ADA);
    }

    @Test
    void nobodyInParticularIsNobody() {
        for (@Nullable String nobody : new @Nullable String[] {null, "", " "}) {
            assertThat(resolvedBy(() -> nobody).complete(ROOMY)).isSameAs(ROOMY);
        }
    }

    @Test
    void aResolverThatFailsIsLoggedOnce() {
        Logger logger = (Logger) LoggerFactory.getLogger(CallerResolver.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.addAppender(logged);
        try {
            CallSurroundings surroundings = resolvedBy(() -> {
                throw new AssertionError("no session");
            });
            assertThat(surroundings.complete(ROOMY)).isSameAs(ROOMY);
            assertThat(surroundings.of(callOf(client))).isSameAs(CallOptions.NONE);
        } finally {
            logger.detachAppender(logged);
        }
        assertThat(asked).hasValue(2);
        assertThat(logged.list)
                .singleElement()
                .satisfies(line ->
                        assertThat(line.getFormattedMessage()).contains("The pool's caller resolver", "failed"));
    }
}
