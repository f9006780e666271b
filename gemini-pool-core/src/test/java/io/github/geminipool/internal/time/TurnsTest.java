package io.github.geminipool.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Turns are granted one at a time, in order, and none is lost. */
@Timeout(30)
class TurnsTest {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Turns turns = new Turns(tasks::add);

    @Test
    void theFirstComesAtOnceAndTheOthersInOrder() {
        List<Turns.Turn> all = List.of(turns.take(), turns.take(), turns.take());
        assertThat(come(all)).containsExactly(true, false, false);
        all.get(0).end();
        runTasks();
        assertThat(come(all)).containsExactly(true, true, false);
        all.get(1).end();
        runTasks();
        assertThat(come(all)).containsExactly(true, true, true);
        all.get(2).end();
        assertThat(turns.take().come()).isCompleted();
    }

    @Test
    void endingItAgainLetsNobodyElseCome() {
        List<Turns.Turn> all = List.of(turns.take(), turns.take(), turns.take());
        all.get(0).end();
        all.get(0).end();
        runTasks();
        assertThat(come(all)).containsExactly(true, true, false);
    }

    @Test
    void oneThatIsGivenUpIsPassedOver() {
        List<Turns.Turn> all = List.of(turns.take(), turns.take(), turns.take());
        all.get(1).giveUp(new IllegalStateException("no longer"));
        assertThat(all.get(1).come()).isCompletedExceptionally();
        assertThat(tasks).isEmpty();
        all.get(0).end();
        runTasks();
        assertThat(come(all)).containsExactly(true, true, true);
        assertThatThrownBy(() -> all.get(1).come().join()).hasRootCauseMessage("no longer");
    }

    @Test
    void oneThatHasComeCannotBeGivenUp() {
        List<Turns.Turn> all = List.of(turns.take(), turns.take());
        all.get(0).giveUp(new IllegalStateException("too late"));
        assertThat(tasks).isEmpty();
        assertThat(come(all)).containsExactly(true, false);
        assertThat(all.get(0).come()).isCompletedWithValue(null);
    }

    @Test
    void oneThatIsGivenUpAsItIsAboutToComeIsPassedOn() {
        List<Turns.Turn> all = List.of(turns.take(), turns.take(), turns.take());
        all.get(0).end();
        all.get(1).giveUp(new IllegalStateException("no longer"));
        runTasks();
        assertThat(all.get(1).come()).isCompletedExceptionally();
        assertThat(all.get(2).come()).isCompletedWithValue(null);
    }

    @Test
    void whoeverLearnsThatItWasGivenUpFindsItGone() {
        Turns.Turn first = turns.take();
        Turns.Turn second = turns.take();
        first.end();
        List<Turns.Turn> third = new ArrayList<>();
        var told = second.come().whenComplete((come, e) -> third.add(turns.take()));
        second.giveUp(new IllegalStateException("no longer"));
        assertThat(told).isCompletedExceptionally();
        assertThat(third.get(0).come()).isCompleted();
        runTasks();
        assertThat(third.get(0).come()).isCompleted();
    }

    @Test
    void oneThatEndsBeforeItHasComeIsPassedOver() {
        List<Turns.Turn> all = List.of(turns.take(), turns.take(), turns.take());
        all.get(1).end();
        runTasks();
        assertThat(come(all)).containsExactly(true, false, false);
        all.get(0).end();
        runTasks();
        assertThat(come(all)).containsExactly(true, false, true);
    }

    @Test
    void manyThreadsTakeGiveUpAndEndAndNoTwoHaveTheirTurnAtOnce() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(8);
        try {
            Turns shared = new Turns(executor);
            AtomicInteger inTurn = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            AtomicInteger came = new AtomicInteger();
            Queue<CompletableFuture<?>> ended = new ConcurrentLinkedQueue<>();
            List<CompletableFuture<?>> started = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                boolean impatient = i % 2 == 0;
                started.add(CompletableFuture.runAsync(
                        () -> {
                            for (int n = 0; n < 1_000; n++) {
                                Turns.Turn turn = shared.take();
                                ended.add(turn.come().handle((come, e) -> {
                                    if (e == null) {
                                        most.accumulateAndGet(inTurn.incrementAndGet(), Math::max);
                                        came.incrementAndGet();
                                        inTurn.decrementAndGet();
                                        turn.end();
                                    }
                                    return e;
                                }));
                                if (impatient) {
                                    turn.giveUp(new IllegalStateException("impatient"));
                                }
                            }
                        },
                        executor));
            }
            CompletableFuture.allOf(started.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
            CompletableFuture.allOf(ended.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
            assertThat(most).hasValue(1);
            assertThat(came.get()).isBetween(4_000, 8_000);
            assertThat(ended).hasSize(8_000);
            Turns.Turn last = shared.take();
            last.come().get(20, TimeUnit.SECONDS);
        } finally {
            executor.shutdownNow();
        }
    }

    private static List<Boolean> come(List<Turns.Turn> all) {
        return all.stream().map(turn -> turn.come().isDone()).toList();
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }
}
