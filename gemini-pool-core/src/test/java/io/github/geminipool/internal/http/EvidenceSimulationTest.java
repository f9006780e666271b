package io.github.geminipool.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.http.Weather.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Thousands of concurrent calls of which some keys fail many: no call fails while one key works, once the pool can know, and
 * the pool multiplies no load. The property {@code evidence.seeds} is the number of worlds for each row; 0, the default, is one world
 * for each of a few rows.
 */
@Tag("volume")
@Timeout(300)
class EvidenceSimulationTest {

    private static final Logger log = LoggerFactory.getLogger(EvidenceSimulationTest.class);

    private static final int SEEDS = Integer.getInteger("evidence.seeds", 0);
    private static final Weather DEAD = Weather.always(Answer.OVERLOADED);
    /** The part of the calls that fail if each key fails at a rate. */
    private static final ConcurrentMap<Double, Double> WITHOUT_RULES = new ConcurrentHashMap<>();

    private static final List<String> TABLE = Collections.synchronizedList(new ArrayList<>());

    @AfterAll
    static void printTable() {
        log.info("Calls, failed, attempts for each call:\n{}", String.join("\n", TABLE));
        TABLE.clear();
    }

    private static void play(String name, List<Weather> keys, Consumer<ManyCalls> calls, Consumer<ManyCalls> checks) {
        for (int seed = 1; seed <= Math.max(1, SEEDS); seed++) {
            try (ManyCalls run = new ManyCalls(seed, keys)) {
                run.checkedEvery(Duration.ofSeconds(10));
                calls.accept(run);
                double passedOver = run.passedOver(IntStream.range(0, keys.size()));
                run.end();
                TABLE.add(String.format(
                        Locale.ROOT,
                        "%-44s %6d calls, failed %6.2f %%, %.3f attempts, passed over %5.2f %% of the time",
                        name,
                        run.ended().size(),
                        100 * run.failed(0, Double.MAX_VALUE),
                        run.load(0, Double.MAX_VALUE),
                        100 * passedOver));
                checks.accept(run);
            }
        }
    }

    /** Returns keys of which the first ones have a weather and the others are well. */
    private static List<Weather> keys(int all, int bad, Weather weather) {
        return IntStream.range(0, all)
                .mapToObj(i -> i < bad ? weather : Weather.FAIR)
                .toList();
    }

    /** No call fails that begins after each bad key's third failure, and trials of the bad keys cost little. */
    private static void isLearned(ManyCalls run, int bad) {
        // A key whose first failure convicts it has its third one long after.
        double learned = Math.min(run.thirdFailureOfFirst(bad) / 1e9 + 1e-9, 20);
        assertThat(run.failed(learned, Double.MAX_VALUE))
                .as("failed after %s s", learned)
                .isZero();
        assertThat(run.load(learned + 10, Double.MAX_VALUE))
                .as("attempts for each call")
                .isLessThanOrEqualTo(1.02);
    }

    @ParameterizedTest
    @EnumSource(value = Answer.class, mode = EnumSource.Mode.EXCLUDE, names = "WELL")
    void oneOfTwoKeysIsBad(Answer answer) {
        play("2 keys, one " + answer, keys(2, 1, Weather.always(answer)), run -> run.callsAt(100, 40), run -> {
            isLearned(run, 1);
            if (answer != Answer.HANGS) {
                assertThat(run.failed(1, 40)).as("after a second").isZero();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(value = Answer.class, mode = EnumSource.Mode.EXCLUDE, names = "WELL")
    void fourOfFiveKeysAreBad(Answer answer) {
        play("5 keys, four " + answer, keys(5, 4, Weather.always(answer)), run -> run.callsAt(120, 40), run -> {
            isLearned(run, 4);
            if (answer != Answer.HANGS) {
                assertThat(run.failed(1, 40)).as("after a second").isZero();
            }
        });
    }

    static Stream<Arguments> sizes() {
        return (SEEDS == 0 ? Stream.of(2, 5, 20) : Stream.of(2, 3, 5, 8, 12, 16, 20))
                .flatMap(all -> Stream.of(1, all / 2, all - 1).distinct().map(bad -> Arguments.of(all, bad)));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aFewOrMostKeysAreDead(int all, int bad) {
        String name = all + " keys, " + bad + " dead";
        play(name, keys(all, bad, DEAD), run -> run.callsAt(100, 60), run -> isLearned(run, bad));
        play(name + " from 5 s", keys(all, bad, DEAD.from(5)), run -> run.callsAt(100, 60), run -> isLearned(run, bad));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void twoCallsASecondAreEnoughToLearn(int all, int bad) {
        play(all + " keys, " + bad + " dead, 2 calls/s", keys(all, bad, DEAD), run -> run.callsAt(2, 1_000), run -> {
            double learned = (run.thirdFailureOfFirst(bad) + 1) / 1e9;
            assertThat(run.failed(learned, Double.MAX_VALUE)).isZero();
            assertThat(run.load(learned + 60, Double.MAX_VALUE)).isLessThanOrEqualTo(1.03);
        });
    }

    @Test
    void burstsLearnToo() {
        for (int bad : new int[] {1, 5, 9}) {
            play(
                    "10 keys, " + bad + " dead, 20 at once",
                    keys(10, bad, DEAD),
                    run -> run.bursts(100, 20, 60),
                    run -> assertThat(run.failed(run.thirdFailureOfFirst(bad) / 1e9 + 1, 60))
                            .isZero());
        }
    }

    @Test
    void callersThatCallOneAfterTheOtherLoseAtMostOneCallEach() {
        for (int callers : new int[] {1, 8, 50}) {
            play(
                    "4 keys, three dead, " + callers + " callers",
                    keys(4, 3, Weather.always(Answer.INTERNAL)),
                    run -> run.callers(callers, 30),
                    run -> assertThat(run.ended().stream().filter(ManyCalls.Ended::failed))
                            .hasSizeLessThanOrEqualTo(3 * 3 + callers));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.5, 0.7, 0.9})
    void aKeyThatFailsNowAndThenIsPassedOver(double rate) {
        for (int count : new int[] {2, 5}) {
            play(
                    count + " keys, one at " + Math.round(100 * rate) + " %",
                    keys(count, 1, DEAD.sometimes(rate)),
                    run -> run.callsAt(100, 60),
                    run -> {
                        assertThat(run.failed(1, 60)).isZero();
                        assertThat(run.load(5, 60)).isLessThan(1.01);
                    });
        }
    }

    @Test
    void keysThatHealServeAgain() {
        List<Weather> keys = new ArrayList<>(keys(5, 4, DEAD.until(20)));
        keys.set(4, DEAD.from(60));
        play("5 keys, four heal, then the fifth dies", keys, run -> run.callsAt(100, 90), run -> {
            assertThat(run.failed(1, 60)).isZero();
            assertThat(run.failed(61, 90)).as("after the fifth died").isZero();
        });
    }

    static Stream<Answer> outages() {
        return SEEDS == 0
                ? Stream.of(Answer.OVERLOADED, Answer.RESET)
                : Stream.of(Answer.OVERLOADED, Answer.INTERNAL, Answer.EXHAUSTED, Answer.RESET);
    }

    @ParameterizedTest
    @MethodSource("outages")
    void anOutageIsNotMultipliedAndIsOverSoon(Answer answer) {
        Weather outage = Weather.always(answer).until(20);
        play("5 keys, all " + answer + " for 20 s", keys(5, 5, outage), run -> run.callsAt(100, 40), run -> {
            double attempts =
                    run.ended().stream().mapToLong(ManyCalls.Ended::attempts).sum();
            assertThat(attempts / run.ended().size()).isLessThanOrEqualTo(1.25);
            assertThat(run.failed(25, 40)).as("5 s after the outage").isZero();
            assertThat(run.load(25, 40)).as("5 s after the outage").isLessThanOrEqualTo(1.02);
        });
    }

    static Stream<Arguments> rates() {
        return SEEDS == 0
                ? Stream.of(Arguments.of(0.05, 20), Arguments.of(0.3, 5), Arguments.of(0.7, 2))
                : Stream.of(0.05, 0.3, 0.7).flatMap(rate -> Stream.of(2, 5, 20).map(keys -> Arguments.of(rate, keys)));
    }

    /** One key alone is never passed over: as many calls fail as without the rules. */
    private static double failedOfOneKey(double rate) {
        double[] failed = new double[1];
        play(
                "1 key" + percent(rate),
                keys(1, 1, DEAD.sometimes(rate)),
                run -> run.callsAt(100, 60),
                run -> failed[0] = run.failed(5, 60));
        return failed[0];
    }

    private static String percent(double rate) {
        return " at " + Math.round(100 * rate) + " %";
    }

    @ParameterizedTest
    @MethodSource("rates")
    void noKeyIsBlamedForWhatAllDo(double rate, int count) {
        double without = WITHOUT_RULES.computeIfAbsent(rate, EvidenceSimulationTest::failedOfOneKey);
        String all = percent(rate);
        Consumer<ManyCalls> calls = run -> {
            run.callsAt(100, 10);
            double early = run.passedOver(IntStream.range(0, count));
            run.callsAt(100, 50);
            double share = run.passedOver(IntStream.range(0, count));
            // Where most first attempts fail, a few keys that begin with three failures are taken for dead ones.
            assertThat(share).as("share of the time that keys were passed over").isLessThan(rate < 0.5 ? 0.01 : 0.07);
            assertThat((60 * share - 10 * early) / 50)
                    .as("share of the time after the first ten seconds")
                    .isLessThan(0.01);
        };
        play(count + " keys, all" + all, keys(count, count, DEAD.sometimes(rate)), calls, run -> {
            assertThat(run.load(0, 60)).isLessThanOrEqualTo(1.25);
            // Where most first attempts fail, the model may rest for a few seconds, as in an outage.
            assertThat(run.failed(5, 60)).as("failed").isLessThanOrEqualTo(without + (rate < 0.5 ? 0.015 : 0.03));
        });
    }
}
