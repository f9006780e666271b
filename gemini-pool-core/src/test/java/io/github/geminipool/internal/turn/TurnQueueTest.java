package io.github.geminipool.internal.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TurnQueueTest {

    private final TurnQueue<Someone> queue = new TurnQueue<>((caller, background) -> {});
    private final List<Caller> callers = new ArrayList<>();
    private long arrivals;

    private record Someone(
            Caller caller, boolean isBackground, boolean isRetry, int requests, long tokens, TurnPlace turnPlace)
            implements Waiter {

        @Override
        public boolean isPlain() {
            return true;
        }

        @Override
        public TurnPlace place() {
            return turnPlace;
        }

        @Override
        public void takePlace(long order, long nowNanos) {}

        @Override
        public long deadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean hasFallback() {
            return false;
        }

        @Override
        public String toString() {
            return caller.name() + turnPlace.order();
        }
    }

    private static final class Place extends TurnPlace {
        Place(long order) {
            super(order);
        }
    }

    private Caller caller(String name) {
        return callers.stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseGet(() -> {
                    Caller made = new Caller(name, null, false, java.time.Instant::ofEpochSecond);
                    callers.add(made);
                    return made;
                });
    }

    private Someone add(String name, boolean background, boolean retry, int requests, long tokens) {
        Someone made = new Someone(caller(name), background, retry, requests, tokens, new Place(++arrivals));
        queue.add(made);
        return made;
    }

    private Someone add(String name) {
        return add(name, false, false, 1, 0);
    }

    private @Nullable Someone serveNext() {
        Someone next = queue.walk(false).next(true);
        if (next != null) {
            assertThat(queue.served(next)).isTrue();
        }
        return next;
    }

    private String served(int number) {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < number; i++) {
            Someone next = serveNext();
            names.append(next == null ? "-" : next.caller().name());
        }
        return names.toString();
    }

    private String walked(int number) {
        TurnWalk<Someone> walk = queue.walk(false);
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < number; i++) {
            Someone next = walk.next(true);
            names.append(next == null ? "-" : next.caller().name());
        }
        return names.toString();
    }

    @Test
    void oneCallerIsServedInOrderOfArrival() {
        Someone first = add("a");
        Someone second = add("a");
        assertThat(serveNext()).isSameAs(first);
        assertThat(serveNext()).isSameAs(second);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.callers()).isZero();
    }

    @Test
    void callersTakeTurns() {
        for (int i = 0; i < 5; i++) {
            add("a");
        }
        add("b");
        add("b");
        add("c");
        assertThat(walked(9)).isEqualTo("abcabaaa-");
        assertThat(served(9)).isEqualTo("abcabaaa-");
    }

    @Test
    void aNewCallerWaitsForOneTurnOfTheOthersAtMost() {
        for (int i = 0; i < 1_000; i++) {
            add("a");
            add("b");
        }
        served(777);
        add("c");
        assertThat(served(3)).contains("c");
    }

    @Test
    void whoComesBackAtOnceTakesNoTurnOfOthers() {
        for (int i = 0; i < 100; i++) {
            add("a");
        }
        int ofB = 0;
        add("b");
        for (int i = 0; i < 40; i++) {
            Someone next = serveNext();
            if (next != null && next.caller().name().equals("b")) {
                ofB++;
                add("b");
            }
        }
        assertThat(ofB).isBetween(19, 21);
    }

    @Test
    void newCallersDoNotStarveThoseWhoWait() {
        for (int i = 0; i < 100; i++) {
            add("a");
        }
        int ofA = 0;
        for (int i = 0; i < 300; i++) {
            add("n" + i + "x");
            add("n" + i + "y");
            Someone next = serveNext();
            ofA += next != null && next.caller().name().equals("a") ? 1 : 0;
        }
        assertThat(ofA).isGreaterThan(3);
    }

    @Test
    void aLargeRequestCostsSeveralTurns() {
        for (int i = 0; i < 100; i++) {
            add("a", false, false, 10, 0);
            add("b");
        }
        String order = served(44);
        assertThat(order.chars().filter(c -> c == 'b').count()).isBetween(38L, 41L);
    }

    @Test
    void tokensCostTurnsToo() {
        for (int i = 0; i < 200; i++) {
            add("a", false, false, 1, 4_000);
            add("b", false, false, 1, 1_000);
        }
        String order = served(100);
        assertThat(order.chars().filter(c -> c == 'b').count()).isGreaterThan(53);
    }

    @Test
    void backgroundComesLastAndRetriesFirst() {
        add("p", true, false, 1, 0);
        add("q", true, true, 1, 0);
        add("i");
        add("r", false, true, 1, 0);
        assertThat(walked(5)).isEqualTo("riqp-");
        assertThat(served(5)).isEqualTo("riqp-");
    }

    @Test
    void aWalkLeavesCallersAndClassesOut() {
        add("a");
        add("a");
        add("b");
        add("p", true, false, 1, 0);
        TurnWalk<Someone> walk = queue.walk(false);
        assertThat(String.valueOf(walk.next(true))).startsWith("a");
        walk.leaveCaller();
        assertThat(String.valueOf(walk.next(true))).startsWith("b");
        walk.leaveClass();
        assertThat(String.valueOf(walk.next(true))).startsWith("p");
        walk.leaveClass();
        assertThat(walk.next(true)).isNull();
    }

    @Test
    void whomItsCallersLimitsKeepTakesNoTurnOfOthersInTheBackground() {
        Someone kept = add("a", true, false, 1, 0);
        Someone next = add("b", true, false, 1, 0);
        add("b", true, false, 1, 0);
        InTurn<Someone> inTurn = new InTurn<>(queue.walk(false), true, 1, someone -> !someone.equals(kept));
        assertThat(inTurn.at(0)).isSameAs(next);
        assertThat(inTurn.at(1)).isNull();
    }

    @Test
    void callersWithFewWaitingAreForecastWithNoMoreThanThat() {
        for (int i = 0; i < 1_000; i++) {
            add("a");
        }
        for (int i = 0; i < 20; i++) {
            add("other" + i);
        }
        Someone last = null;
        for (int i = 0; i < 10; i++) {
            last = add("b");
        }
        assertThat(queue.until(Objects.requireNonNull(last)).requests()).isEqualTo(10 + 20 + 10);
        served(40);
        assertThat(queue.size()).isEqualTo(990);
        assertThat(served(990)).containsOnlyOnce("a".repeat(990));
    }

    @Test
    void whoeverIsLastIsForecastByTurns() {
        for (int i = 0; i < 1_000; i++) {
            add("a");
        }
        Someone b = add("b");
        assertThat(queue.until(b).requests()).isEqualTo(2);
        Someone a = add("a");
        assertThat(queue.until(a).requests()).isEqualTo(1_002);
    }

    /** A walk shows the order in which they are then served, whatever has been served, added and given up before. */
    @Test
    void aWalkShowsTheOrderOfService() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Someone> waiting = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                int what = random.nextInt(4);
                if (what < 2) {
                    waiting.add(add("" + (char) ('a' + random.nextInt(6)), false, false, 1 + random.nextInt(3), 0));
                } else if (what == 2 && !waiting.isEmpty()) {
                    queue.remove(waiting.remove(random.nextInt(waiting.size())));
                } else {
                    waiting.remove(serveNext());
                }
            }
            assertThat(queue.size()).isEqualTo(waiting.size());
            TurnWalk<Someone> walk = queue.walk(false);
            List<Someone> seen = new ArrayList<>();
            for (Someone next = walk.next(true); next != null; next = walk.next(true)) {
                seen.add(next);
                if (random.nextBoolean()) {
                    // Those that have been passed may be served meanwhile.
                    assertThat(queue.served(next)).isTrue();
                }
            }
            assertThat(seen).doesNotHaveDuplicates().hasSize(waiting.size());
            for (Someone next : seen) {
                queue.remove(next);
            }
            assertThat(queue.isEmpty()).isTrue();
            assertThat(queue.callers()).isZero();
        }
    }
}
