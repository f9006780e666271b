package io.github.geminipool.internal.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.stats.AttemptStats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CollectorTest {

    private static final Failure OVERLOAD =
            new Failure(FailureKind.OVERLOADED, new Scope.Model("m"), null, true, 503, "overloaded");

    private final Collector collector = new Collector();

    private void succeeds(String model, String key, int instance, long millis) {
        ResponseFacts response = new ResponseFacts(null, null, "STOP", new TokenUsage(10, 4, 20, 5));
        collector.attemptEnded(
                new AttemptEnded(model, key, "p", instance, null, null, response, true, Duration.ofMillis(millis)));
    }

    private void fails(String model, String key, int instance, long millis) {
        collector.attemptEnded(
                new AttemptEnded(model, key, "p", instance, OVERLOAD, null, null, true, Duration.ofMillis(millis)));
    }

    @Test
    void countsByModelInstanceAndKey() {
        succeeds("m", "a", 0, 100);
        succeeds("m", "b", 1, 300);
        fails("m", "b", 1, 500);
        succeeds("other", "b", 0, 700);

        PoolAttempts read = collector.read();
        ModelAttempts ofModel = read.ofModel("m");

        assertThat(read.total().total()).isEqualTo(4);
        assertThat(read.total().latency().max()).hasMillis(700);
        assertThat(read.total().tokens()).isEqualTo(new TokenUsage(30, 12, 60, 15));
        assertThat(ofModel.total().total()).isEqualTo(3);
        assertThat(ofModel.total().failures()).containsExactly(Map.entry(FailureKind.OVERLOADED, 1L));
        assertThat(ofModel.total().latency().mean()).hasMillis(300);
        assertThat(ofModel.byKey()).containsOnly(Map.entry("a", 1L), Map.entry("b", 2L));
        assertThat(ofModel.ofInstance(0).failed()).isZero();
        assertThat(ofModel.ofInstance(0).latency().p99()).hasMillis(100);
        assertThat(ofModel.ofInstance(1).total()).isEqualTo(2);
        assertThat(ofModel.ofInstance(1).failed()).isOne();
        assertThat(ofModel.ofInstance(1).latency().mean()).hasMillis(400);
        assertThat(ofModel.ofInstance(2)).isEqualTo(AttemptStats.NONE);
        assertThat(collector.ofKey("b").total()).isEqualTo(3);
        assertThat(collector.ofKeys(List.of("a", "b")).total()).isEqualTo(4);
        assertThat(collector.readModel("m")).isEqualTo(ofModel);
    }

    @Test
    void countsEmptyResponses() {
        collector.attemptEnded(
                new AttemptEnded("m", "a", "p", 0, null, EmptyResponse.NO_PARTS, null, true, Duration.ofMillis(1)));

        assertThat(collector.read().total().emptyResponses())
                .isEqualTo(collector.readModel("m").ofInstance(0).emptyResponses())
                .containsExactly(Map.entry(EmptyResponse.NO_PARTS, 1L));
    }

    @Test
    void countsResponsesByServiceTier() {
        for (String tier : List.of("standard", "standard", "flex", "priority", "deferred", "another")) {
            collector.attemptEnded(new AttemptEnded(
                    "m",
                    "a",
                    "p",
                    0,
                    null,
                    null,
                    new ResponseFacts(null, null, null, null, tier),
                    true,
                    Duration.ofMillis(1)));
        }
        succeeds("m", "b", 1, 100);

        assertThat(collector.read().total().serviceTiers())
                .isEqualTo(collector.readModel("m").ofInstance(0).serviceTiers())
                .containsOnly(
                        Map.entry("standard", 2L),
                        Map.entry("flex", 1L),
                        Map.entry("priority", 1L),
                        Map.entry("other", 2L));
        assertThat(collector.ofKey("b").serviceTiers()).isEmpty();
    }

    @Test
    void countsCallsAndFallbacks() {
        for (CallEnded.Outcome outcome : CallEnded.Outcome.values()) {
            collector.callEnded(new CallEnded("m", outcome, 1, Duration.ZERO, Duration.ZERO));
        }
        collector.modelFellBack(new ModelFellBack("m", "fallback", OVERLOAD));

        assertThat(collector.read().calls()).isEqualTo(4);
        assertThat(collector.read().failedCalls()).isEqualTo(3);
        assertThat(collector.read().ofModel("m").fallbacks()).isOne();
    }

    @Test
    void hasNothingForUnknownModels() {
        assertThat(collector.readModel("unknown")).isEqualTo(ModelAttempts.NONE);
        assertThat(collector.read().ofModel("unknown")).isEqualTo(ModelAttempts.NONE);
        assertThat(collector.ofKey("unknown")).isEqualTo(AttemptStats.NONE);
    }

    @Test
    void resetForgetsEverything() {
        succeeds("m", "a", 0, 100);

        collector.reset();

        assertThat(collector.read().total()).isEqualTo(AttemptStats.NONE);
        assertThat(collector.read().byModel()).isEmpty();
    }

    @Test
    void forgetsRemovedKeysIfThereAreMany() {
        for (int i = 0; i < 200; i++) {
            succeeds("m", "key " + i, 0, 100);
        }

        collector.retainKeys(Set.of("key 7"));

        assertThat(collector.readModel("m").byKey()).containsOnly(Map.entry("key 7", 1L));
        assertThat(collector.readModel("m").total().total()).isEqualTo(200);
    }
}
