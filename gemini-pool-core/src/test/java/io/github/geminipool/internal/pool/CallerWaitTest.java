package io.github.geminipool.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.outcome.Refusal;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.turn.Caller;
import io.github.geminipool.internal.turn.Callers;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Use;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.spi.SelectionStrategy;
import io.github.geminipool.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that wait for their callers' limits: in which order over models they go, and what they cost others. */
class CallerWaitTest {

    private static final Duration LONG = Duration.ofHours(1);

    private PoolFixture fixture = PoolFixture.of(100, 3);
    private final AtomicLong looks = new AtomicLong();
    private final List<String> served = new ArrayList<>();
    private final List<Lease> leases = new ArrayList<>();
    private int deepest;

    private ModelPool model(String name) {
        return new ModelPool(name, 0, 100, 0, true, fixture.context, () -> {});
    }

    private Callers callers(CallerLimits... limits) {
        return new Callers(List.of(limits), fixture.time.clock());
    }

    private LeaseRequest ask(ModelPool pool, Caller caller, boolean background, int tokens, Duration wait) {
        LeaseRequest[] made = new LeaseRequest[1];
        made[0] = new CallerLeaseRequest(
                caller,
                background,
                true,
                true,
                KeyFilter.ANY,
                tokens == 0 ? Demand.REQUEST : Demand.ofContinuation(tokens),
                Use.PLAIN,
                fixture.time.clock().after(wait),
                false,
                false,
                false,
                null,
                () -> settled(made[0], pool.model() + (background ? " in the background" : "")));
        pool.request(made[0]);
        return made[0];
    }

    private LeaseRequest ask(ModelPool pool, Caller caller) {
        return ask(pool, caller, false, 0, LONG);
    }

    private void settled(LeaseRequest request, String what) {
        deepest = Math.max(deepest, new Throwable().getStackTrace().length);
        Lease lease = request.lease();
        if (lease != null) {
            served.add(what);
            leases.add(lease);
        }
    }

    private void completeNext() {
        leases.remove(0).complete(Outcome.SUCCESS);
    }

    private static void times(int number, Runnable what) {
        IntStream.range(0, number).forEach(i -> what.run());
    }

    @Test
    void aBusyModelDoesNotStarveTheSameCallersCallsToAnother() {
        Caller one = callers(CallerLimits.of("one").withConcurrency(1)).of("one");
        ModelPool busy = model("busy");
        ModelPool other = model("other");
        times(50, () -> ask(busy, one));
        times(5, () -> ask(other, one));
        times(12, this::completeNext);
        assertThat(served).hasSize(13).filteredOn("other"::equals).hasSize(5);
        assertThat(served.subList(1, 11))
                .containsExactly("busy", "other", "busy", "other", "busy", "other", "busy", "other", "busy", "other");
        times(42, this::completeNext);
        completeNext();
        assertThat(served).hasSize(55);
        assertThat(busy.state().waiting() + other.state().waiting()).isZero();
        assertThat(fixture.time.alarms()).isZero();
    }

    @Test
    void aNewCallDoesNotOvertakeThoseThatWaitElsewhere() {
        Caller one = callers(CallerLimits.of("one").withConcurrency(1)).of("one");
        ModelPool first = model("first");
        ModelPool second = model("second");
        ask(first, one);
        ask(second, one);
        ask(first, one);
        completeNext();
        completeNext();
        assertThat(served).containsExactly("first", "second", "first");
    }

    @Test
    void modelsTakeTurnsInAMinutesRequestsToo() {
        Caller one = callers(CallerLimits.of("one").withRequestsPerMinute(10)).of("one");
        ModelPool busy = model("busy");
        ModelPool other = model("other");
        times(100, () -> ask(busy, one));
        times(20, () -> ask(other, one));
        fixture.time.advance(Duration.ofSeconds(61));
        assertThat(served).hasSize(20);
        assertThat(served.subList(10, 20)).filteredOn("other"::equals).hasSize(5);
        fixture.time.advance(Duration.ofSeconds(60));
        assertThat(served).hasSize(30).filteredOn("other"::equals).hasSize(10);
    }

    @Test
    void whatALargeCallDoesNotUseGoesToTheNextOnceItIsGivenUp() {
        Caller one = callers(CallerLimits.of("one").withTokensPerMinute(1_000)).of("one");
        ModelPool first = model("first");
        ModelPool second = model("second");
        ask(first, one, false, 600, LONG);
        LeaseRequest large = ask(first, one, false, 900, LONG);
        ask(second, one, false, 300, LONG);
        assertThat(served).as("in order").containsExactly("first");
        first.cancel(large);
        assertThat(served).containsExactly("first", "second");
    }

    @Test
    void whatALargeCallDoesNotUseGoesToTheNextToTheSameModelOnceItIsGivenUp() {
        Caller one = callers(CallerLimits.of("one").withTokensPerMinute(1_000)).of("one");
        ModelPool first = model("first");
        ask(first, one, false, 600, LONG);
        LeaseRequest large = ask(first, one, false, 900, LONG);
        ask(first, one, false, 300, Duration.ofSeconds(5));
        ask(first, one, false, 500, LONG);
        assertThat(served).as("in order").containsExactly("first");
        first.cancel(large);
        assertThat(served).containsExactly("first", "first");
        fixture.time.advance(Duration.ofSeconds(60));
        assertThat(served).hasSize(3);
    }

    @Test
    void whoeverWaitsBehindAnotherCallOfItsCallerIsRefusedWithWordsAtItsDeadline() {
        Caller one = callers(CallerLimits.of("one").withTokensPerMinute(1_000)).of("one");
        ModelPool first = model("first");
        ModelPool second = model("second");
        ask(first, one, false, 600, LONG);
        ask(first, one, false, 900, LONG);
        LeaseRequest small = ask(second, one, false, 300, Duration.ofSeconds(5));
        fixture.time.advance(Duration.ofSeconds(5));
        assertThat(PoolFixture.refusal(small).callersLimits())
                .isEqualTo("caller 'one' (1000 tokens a minute) has reached its limits");
        fixture.time.advance(Duration.ofSeconds(60));
        assertThat(served).containsExactly("first", "first");
    }

    @Test
    void interactiveCallsGoBeforeBackgroundCallsToOtherModels() {
        Caller one = callers(CallerLimits.of("one").withConcurrency(1)).of("one");
        ModelPool first = model("first");
        ModelPool second = model("second");
        ask(first, one, true, 0, LONG);
        ask(first, one, true, 0, LONG);
        ask(second, one);
        times(60, () -> ask(second, one));
        times(61, this::completeNext);
        assertThat(served.get(1)).isEqualTo("second");
        assertThat(served.indexOf("first in the background")).isZero();
        // It is not starved either.
        assertThat(served.subList(1, 30)).contains("first in the background");
    }

    @Test
    void aModelWithoutAKeyLeavesItsCallersLimitsToOthers() {
        Caller one = callers(CallerLimits.of("one").withConcurrency(1)).of("one");
        ModelPool out = model("out");
        ModelPool other = model("other");
        ask(other, one);
        ask(out, one);
        ask(other, one);
        fixture.keys.forEach(key -> fixture.exclude(
                new io.github.geminipool.failure.Scope.ProjectModel(
                        key.project().name(), "out"),
                Duration.ofMinutes(10)));
        completeNext();
        assertThat(served).containsExactly("other", "other");
        completeNext();
        fixture.time.advance(Duration.ofMinutes(10));
        assertThat(served).containsExactly("other", "other", "out");
    }

    @Test
    void callersThatFollowOneAnotherOverManyModelsDoNotNest() {
        int models = 200;
        Callers callers = callers(CallerLimits.of("*").withRequestsPerMinute(2));
        List<ModelPool> pools =
                IntStream.rangeClosed(0, models).mapToObj(i -> model("m" + i)).toList();
        for (int i = 0; i < models; i++) {
            Caller caller = callers.of("caller-" + i);
            ask(pools.get(i), caller);
            ask(pools.get(i + 1), caller);
            ask(pools.get(i), caller);
            ask(pools.get(i + 1), caller);
        }
        deepest = 0;
        fixture.time.advance(Duration.ofSeconds(60));
        assertThat(served).hasSize(4 * models);
        assertThat(deepest).isLessThan(300);
    }

    /** A wall clock that counts how often limits of a day look at it. */
    private final class CountingTime implements TimeSource {

        @Override
        public Instant now() {
            looks.incrementAndGet();
            return fixture.time.now();
        }

        @Override
        public long nanoTime() {
            return fixture.time.nanoTime();
        }

        @Override
        public void await(Lock lock, Condition condition, long untilNanos) {
            fixture.time.await(lock, condition, untilNanos);
        }
    }

    private long looksOfOneCallBeside(int blocked) {
        fixture = PoolFixture.of(100, 3);
        ModelPool pool = model("m");
        Callers callers =
                new Callers(List.of(CallerLimits.of("*").withRequestsPerDay(1)), new PoolClock(new CountingTime()));
        for (int i = 0; i < blocked; i++) {
            Caller caller = callers.of("caller-" + i);
            ask(pool, caller, false, 0, Duration.ofDays(3));
            ask(pool, caller, false, 0, Duration.ofDays(3));
        }
        while (!leases.isEmpty()) {
            completeNext();
        }
        assertThat(pool.state().waiting()).isEqualTo(blocked);
        looks.set(0);
        times(10, () -> {
            ask(pool, callers.of(null));
            completeNext();
        });
        return looks.get();
    }

    @Test
    void callersAtTheirLimitsCostNobodyAnything() {
        assertThat(looksOfOneCallBeside(1_000))
                .isEqualTo(looksOfOneCallBeside(1))
                .isZero();
    }

    @Test
    void whoeverOnlyWaitsIsNotForgotten() {
        Callers callers = callers(CallerLimits.of("*").withConcurrency(1));
        Caller waiting = callers.of("waiting");
        fixture.excludeKey(1, Duration.ofMinutes(10));
        fixture.excludeKey(2, Duration.ofMinutes(10));
        fixture.excludeKey(3, Duration.ofMinutes(10));
        ask(model("m"), waiting);
        fixture.time.advance(Duration.ofMinutes(5));
        IntStream.range(0, 5_000).forEach(i -> callers.of("made-up-" + i));
        assertThat(callers.of("waiting")).isSameAs(waiting);
        fixture.time.advance(Duration.ofMinutes(6));
        assertThat(served).hasSize(1);
        completeNext();
        fixture.time.advance(Duration.ofMinutes(5));
        IntStream.range(0, 5_000).forEach(i -> callers.of("more-" + i));
        assertThat(callers.of("waiting")).isNotSameAs(waiting);
    }

    @Test
    void backgroundCallsWhoseTimeEndsDoNotGoAllAtOnce() {
        fixture = new PoolFixture(
                100,
                SelectionStrategy.of(Selection.ROUND_ROBIN),
                PoolFixture.projects(1),
                Limits.NONE.withRequestsPerMinute(12));
        Caller nobody = callers().of(null);
        List<LeaseRequest> asked = new ArrayList<>();
        times(80, () -> asked.add(ask(fixture.pool, nobody, true, 0, Duration.ofSeconds(30))));
        fixture.time.advance(Duration.ofSeconds(30));
        assertThat(served).hasSizeBetween(6, 8);
        assertThat(asked).noneMatch(LeaseRequest::isPending);
        assertThat(asked)
                .filteredOn(request -> request.refusal() != null)
                .extracting(PoolFixture::refusal)
                .filteredOn(refusal -> refusal.cause() == Refusal.Cause.PACE)
                .isNotEmpty()
                .allSatisfy(refusal -> assertThat(refusal.retryAtNanos() - fixture.nanos())
                        .isBetween(0L, Duration.ofSeconds(5).toNanos()));
    }

    @Test
    void aSmallBackgroundCallTakesNothingForWhichALargeInteractiveOneWaits() {
        fixture = new PoolFixture(
                100,
                SelectionStrategy.of(Selection.ROUND_ROBIN),
                PoolFixture.projects(1),
                Limits.NONE.withTokensPerMinute(1_000));
        Caller nobody = callers().of(null);
        ask(fixture.pool, nobody, false, 600, LONG);
        ask(fixture.pool, nobody, false, 600, LONG);
        LeaseRequest background = ask(fixture.pool, nobody, true, 10, LONG);
        assertThat(served).hasSize(1);
        assertThat(background.isPending()).isTrue();
        ask(fixture.pool, nobody, false, 100, LONG);
        assertThat(served).as("a small interactive one may overtake").hasSize(2);
        fixture.time.advance(Duration.ofSeconds(61));
        assertThat(served).hasSize(4);
        assertThat(background.lease()).isNotNull();
    }

    @Test
    void aChatDoesNotWaitForTheTokensOfALargeBackgroundCall() {
        fixture = new PoolFixture(
                100,
                SelectionStrategy.of(Selection.ROUND_ROBIN),
                PoolFixture.projects(1),
                Limits.NONE.withTokensPerMinute(1_000));
        Caller nobody = callers().of(null);
        times(10, () -> ask(fixture.pool, nobody, true, 600, LONG));
        List<LeaseRequest> chats = new ArrayList<>();
        int late = 0;
        for (int i = 0; i < 600; i++) {
            fixture.time.advance(Duration.ofSeconds(1));
            if (i % 2 == 0) {
                chats.add(ask(fixture.pool, nobody, false, 8, LONG));
            }
            late += (int) chats.stream().filter(LeaseRequest::isPending).count();
            while (!leases.isEmpty()) {
                completeNext();
            }
        }
        // After a large request a quota under load is spread, for seconds.
        assertThat(late).as("seconds of waiting").isLessThan(120);
        assertThat(served).filteredOn(name -> name.endsWith("background")).hasSizeBetween(8, 10);
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void callsOfBothPrioritiesThatWaitForAKeyDoNotTakeTurnsForEver() {
        fixture = new PoolFixture(
                100,
                SelectionStrategy.of(Selection.ROUND_ROBIN),
                PoolFixture.projects(1),
                Limits.NONE.withTokensPerMinute(1_000));
        Caller one = callers(CallerLimits.of("one").withConcurrency(2)).of("one");
        ask(fixture.pool, one, false, 450, LONG);
        ask(fixture.pool, one, false, 450, LONG);
        ask(fixture.pool, one, false, 600, LONG);
        ask(fixture.pool, one, true, 600, LONG);
        completeNext();
        completeNext();
        assertThat(served).hasSize(2);
        fixture.time.advance(Duration.ofMinutes(3));
        assertThat(served).hasSize(4);
    }
}
