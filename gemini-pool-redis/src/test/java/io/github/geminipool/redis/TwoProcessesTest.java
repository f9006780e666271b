package io.github.geminipool.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorBuilder;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Two replicas, each in a JVM of its own, with a real server between them. */
@Tag("slow")
@RequiresRedis
@Isolated // It measures times.
@Timeout(60)
class TwoProcessesTest {

    // No part of them is a word, or hexadecimal.
    private static final String FIRST = "GzQvWxJkPmRtYhNsLwZqKgTxVjHpMnSy";
    private static final String SECOND = "HyTnXrZkVqGmWsJpLtQhKvNzRxPwYgMj";
    private static final List<String> PROJECTS = List.of("=" + FIRST + "@north", "=" + SECOND + "@south");
    private static final Duration WITHIN = Duration.ofSeconds(1);

    private static RedisServer server;
    private static ReplicaJvm one;
    private static ReplicaJvm two;
    private static GeminiSimulator google;

    @BeforeAll
    static void start() {
        server = RedisServer.start("--rdbcompression", "no");
        one = new ReplicaJvm(server);
        two = new ReplicaJvm(server);
        google = google(builder -> {});
        // Their figures are published after ten seconds: meanwhile the other tests run.
        open("dump", google, 60);
    }

    private interface Options {
        void of(GeminiSimulatorBuilder builder);
    }

    private static GeminiSimulator google(Options options) {
        GeminiSimulatorBuilder builder = GeminiSimulator.builder()
                .key(FIRST, key -> key.project("north"))
                .key(SECOND, key -> key.project("south"));
        options.of(builder);
        return builder.start();
    }

    @AfterAll
    static void end() {
        one.close();
        two.close();
        google.close();
        server.close();
    }

    /** Opens a pool in each JVM; they name the keys differently. */
    private static void open(String namespace, GeminiSimulator google, int perMinute) {
        CompletableFuture<String> opened = one.askMeanwhile(
                "open", namespace, google.baseUrl(), perMinute, "a" + PROJECTS.get(0), "b" + PROJECTS.get(1));
        two.ask("open", namespace, google.baseUrl(), perMinute, "y" + PROJECTS.get(1), "x" + PROJECTS.get(0));
        opened.join();
        Eventually.await(
                "they know each other",
                () -> one.says("2", "members", namespace) && two.says("2", "members", namespace));
    }

    private static void await(String what, BooleanSupplier condition) {
        assertThat(Eventually.holds(condition, WITHIN)).as(what).isTrue();
    }

    private static List<RequestRecord> callsWith(GeminiSimulator google, String key) {
        return google.requests().stream()
                .filter(request -> request.key().equals(key) && request.method().equals("POST"))
                .toList();
    }

    @Test
    void theyShareAQuota() {
        try (GeminiSimulator limited = google(builder -> builder.quota(Quota.requestsPerMinute(10)))) {
            open("quota", limited, 10);

            CompletableFuture<String> ofOne = one.askMeanwhile("call", "quota", 15);
            int ofTwo = Integer.parseInt(two.ask("call", "quota", 15));

            // Two projects of ten each.
            assertThat(Integer.parseInt(ofOne.join()) + ofTwo).isEqualTo(20);
            assertThat(limited.requests()).hasSize(20).allMatch(request -> request.status() == 200);
            assertThat(ofTwo).as("nobody has it all").isBetween(1, 15);
        }
    }

    @Test
    void theyShareTheLimitOfACaller() {
        try (GeminiSimulator unlimited = google(builder -> {})) {
            open("caller", unlimited, 0);

            CompletableFuture<String> ofOne = one.askMeanwhile("call-as", "caller", 15, ReplicaMain.CALLER);
            int ofTwo = Integer.parseInt(two.ask("call-as", "caller", 15, ReplicaMain.CALLER));

            assertThat(Integer.parseInt(ofOne.join()) + ofTwo).isEqualTo(ReplicaMain.CALLERS_LIMIT);
            assertThat(unlimited.requests()).hasSize(ReplicaMain.CALLERS_LIMIT);
            assertThat(two.ask("call-as", "caller", 15, "somebody-else")).isEqualTo("15");
        }
    }

    @Test
    void aKeyThatIsRevokedAtOneIsCalledByNoOther() {
        try (GeminiSimulator revoking = google(builder -> {})) {
            open("exclusion", revoking, 0);
            assertThat(two.ask("call", "exclusion", 4)).isEqualTo("4");
            revoking.keyState(FIRST, KeyState.EXPIRED);

            assertThat(one.ask("call", "exclusion", 4)).isEqualTo("4");
            await("the other one knows", () -> two.says("false", "usable", "exclusion", "x"));
            int before = callsWith(revoking, FIRST).size();
            assertThat(two.ask("call", "exclusion", 8)).isEqualTo("8");

            assertThat(callsWith(revoking, FIRST))
                    .as("calls with the revoked key")
                    .hasSize(before);
        }
    }

    @Test
    void whatAnOperatorDoesAtOneHoldsForBoth() {
        try (GeminiSimulator operated = google(builder -> {})) {
            open("operator", operated, 0);

            assertThat(one.ask("disable", "operator", "a")).isEqualTo("true");
            await("it is disabled at the other one", () -> two.says("false", "usable", "operator", "x"));
            assertThat(two.ask("call", "operator", 4)).isEqualTo("4");
            assertThat(callsWith(operated, FIRST)).isEmpty();

            assertThat(two.ask("enable", "operator", "x")).isEqualTo("true");
            await("it is enabled at the first one", () -> one.says("true", "usable", "operator", "a"));
        }
    }

    @Test
    void aFileOfOneIsFoundByTheOtherAtTheFirstTry() {
        try (GeminiSimulator storing = google(builder -> {})) {
            open("owner", storing, 0);
            List<String> files = IntStream.range(0, 3)
                    .mapToObj(i -> one.ask("upload", "owner"))
                    .toList();
            // What is told later arrives later.
            one.ask("disable", "owner", "a");
            one.ask("enable", "owner", "a");
            one.ask("disable", "owner", "b");
            await("the other one has heard", () -> two.says("false", "usable", "owner", "y"));
            two.ask("enable", "owner", "y");

            int before = storing.requests().size();
            files.forEach(file -> two.ask("about", "owner", file));
            assertThat(storing.requests().subList(before, storing.requests().size()))
                    .hasSize(3)
                    .allMatch(request -> request.status() == 200);
        }
    }

    @Test
    void aDumpOfTheServerHoldsNoPartOfAKeyAndNoPrompt() {
        assertThat(one.ask("call", "dump", 6)).isEqualTo("6");
        assertThat(two.ask("call", "dump", 6)).isEqualTo("6");
        assertThat(two.ask("call-as", "dump", 2, ReplicaMain.CALLER)).isEqualTo("2");
        two.ask("about", "dump", one.ask("upload", "dump"));
        one.ask("disable", "dump", "b");
        google.keyState(FIRST, KeyState.LEAKED);
        assertThat(one.ask("call", "dump", 2)).isEqualTo("0");
        String tag = "gemini-pool:1:{dump}:facts:";
        for (FactKind kind : List.of(FactKind.EXCLUSION, FactKind.OPERATOR, FactKind.OWNER_OF_FILE)) {
            await("a fact of kind " + kind, () -> server.ask(redis -> redis.hlen(tag + kind)) > 0);
        }
        assertThat(Eventually.holds(
                        () -> server.ask(redis -> redis.hlen(tag + FactKind.SNAPSHOT)) == 2, Duration.ofSeconds(15)))
                .as("the figures of both are published")
                .isTrue();

        String dump = new String(server.dump(), StandardCharsets.ISO_8859_1);

        assertThat(dump)
                .contains("{dump:north:", ReplicaMain.MODEL, QuotaBucket.CALLER)
                .hasSizeGreaterThan(1_000);
        for (String part : ReplicaMain.CALLER.split("-", -1)) {
            if (part.length() > 2) {
                assertThat(dump).doesNotContainIgnoringCase(part);
            }
        }
        for (String key : List.of(FIRST, SECOND)) {
            for (int i = 0; i + 4 <= key.length(); i++) {
                assertThat(dump).doesNotContain(key.substring(i, i + 4));
            }
        }
        for (String word : ReplicaMain.PROMPT.split("\\W+", -1)) {
            if (word.length() > 2) {
                assertThat(dump).doesNotContainIgnoringCase(word);
            }
        }
    }
}
