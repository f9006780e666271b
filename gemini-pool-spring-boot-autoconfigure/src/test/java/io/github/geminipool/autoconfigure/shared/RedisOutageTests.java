package io.github.geminipool.autoconfigure.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.autoconfigure.health.GeminiPoolHealthAutoConfiguration;
import io.github.geminipool.autoconfigure.metrics.GeminiPoolMetricsAutoConfiguration;
import io.github.geminipool.redis.RedisServer;
import io.github.geminipool.redis.RequiresRedis;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.Eventually;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** What an application and its operators see while Redis does not do its work: calls go on, and it is told once. */
@RequiresRedis
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class RedisOutageTests {

    private static final Duration SOON = Duration.ofSeconds(8);

    /** What happens to Redis, what the log says of it, and how it ends. */
    private record Outage(String name, String cause, Consumer<RedisServer> begin, Consumer<RedisServer> end) {

        /** Those that show by the time that passes need a short timeout; a slow machine must not look like one of them. */
        String timeout() {
            return cause.contains("150 ms") ? "150ms" : "3s";
        }

        boolean isIn(CharSequence log) {
            return Pattern.compile("Redis is failing: .*" + cause)
                    .matcher(log)
                    .find();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Outage> outages() {
        return List.of(
                new Outage("killed", "(not connected|onnect|lost)", RedisServer::kill, RedisServer::restart),
                new Outage("hangs", "no answer within 150 ms", RedisServer::freeze, RedisServer::thaw),
                new Outage(
                        "slow",
                        "no answer within 150 ms",
                        server -> server.ask(redis -> redis.clientPause(2_500)),
                        server -> {}),
                new Outage(
                        "of another type",
                        "WRONGTYPE",
                        server -> server.ask(redis -> redis.mset(books(redis))),
                        server -> server.ask(RedisCommands::flushall)),
                new Outage(
                        "read-only",
                        "READONLY",
                        server -> server.ask(redis -> redis.replicaof("127.0.0.1", 1)),
                        server -> server.ask(RedisCommands::replicaofNoOne)),
                new Outage(
                        "full",
                        "OOM",
                        server -> server.ask(redis -> redis.configSet("maxmemory", "1")),
                        server -> server.ask(redis -> redis.configSet("maxmemory", "0"))),
                new Outage(
                        "forbidden",
                        "NOPERM",
                        server -> server.ask(redis -> redis.aclSetuser("default", without(SCRIPTS))),
                        server -> server.ask(redis -> redis.aclSetuser("default", with(SCRIPTS)))));
    }

    /** Returns a text in place of the state of all books. */
    private static Map<String, String> books(RedisCommands<String, String> redis) {
        return redis.keys("gemini-pool:1:*:state").stream()
                .collect(Collectors.toMap(Function.identity(), state -> "in the way"));
    }

    private static final List<CommandType> SCRIPTS = List.of(CommandType.EVAL, CommandType.EVALSHA);

    private static AclSetuserArgs without(List<CommandType> commands) {
        AclSetuserArgs rights = new AclSetuserArgs();
        commands.forEach(rights::removeCommand);
        return rights;
    }

    private static AclSetuserArgs with(List<CommandType> commands) {
        AclSetuserArgs rights = new AclSetuserArgs();
        commands.forEach(rights::addCommand);
        return rights;
    }

    private final RedisServer server = RedisServer.start();
    private final GeminiSimulator google =
            GeminiSimulator.builder().key("first-key-1").start();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DataRedisAutoConfiguration.class,
                    GeminiPoolRedisAutoConfiguration.class,
                    GeminiPoolAutoConfiguration.class,
                    GeminiPoolHealthAutoConfiguration.class,
                    GeminiPoolMetricsAutoConfiguration.class))
            .withBean(SimpleMeterRegistry.class)
            .withPropertyValues(
                    "gemini.pool.keys=first-key-1",
                    "gemini.pool.base-url=" + google.baseUrl(),
                    "gemini.pool.limits.requests-per-minute=60000",
                    "gemini.pool.shared.enabled=true",
                    "gemini.pool.shared.timeout=3s",
                    "spring.data.redis.port=" + server.port());

    @AfterEach
    void close() {
        google.close();
        server.close();
    }

    private static void call(ApplicationContext context) {
        long since = System.nanoTime();
        assertThat(context.getBean(GeminiPool.class).generateContent("Hi").text())
                .contains("Hi");
        assertThat(Duration.ofNanos(System.nanoTime() - since)).as("waited").isLessThan(SOON);
    }

    private static Map<String, Object> health(ApplicationContext context) {
        Health health = Objects.requireNonNull(context.getBean("geminiPoolHealthIndicator", HealthIndicator.class)
                .health(true));
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        return health.getDetails();
    }

    private static void bindMeters(ApplicationContext context) {
        MeterRegistry registry = context.getBean(MeterRegistry.class);
        context.getBeansOfType(MeterBinder.class).values().forEach(binder -> binder.bindTo(registry));
    }

    private static double gauge(ApplicationContext context, String name) {
        return context.getBean(MeterRegistry.class)
                .get("gemini.pool.shared." + name)
                .gauge()
                .value();
    }

    private static double counter(ApplicationContext context, String name) {
        return context.getBean(MeterRegistry.class)
                .get("gemini.pool.shared." + name)
                .functionCounter()
                .count();
    }

    @ParameterizedTest
    @MethodSource("outages")
    void callsGoOnAndItIsToldOnce(Outage outage, CapturedOutput output) {
        runner.withPropertyValues("gemini.pool.shared.timeout=" + outage.timeout())
                .run(context -> {
                    bindMeters(context);
                    call(context);
                    Eventually.await("it is served", () -> gauge(context, "alone") == 0);
                    assertThat(health(context)).containsEntry("replicas", 1).doesNotContainKey("aloneSince");
                    assertThat(counter(context, "asks")).isPositive();

                    outage.begin.accept(server);
                    // A call may be served from a slot that is held already.
                    Eventually.await("it is alone", () -> {
                        call(context);
                        return gauge(context, "alone") == 1;
                    });
                    for (int i = 0; i < 5; i++) {
                        call(context);
                    }
                    assertThat(health(context)).containsKey("aloneSince");

                    outage.end.accept(server);
                    Eventually.await("it is served again", () -> {
                        call(context);
                        return gauge(context, "alone") == 0;
                    });
                    assertThat(health(context)).doesNotContainKey("aloneSince");
                    assertThat(outage.isIn(output)).as(output.toString()).isTrue();
                    assertThat(output).containsOnlyOnce("This replica goes on alone with its part of the quotas");
                });
    }

    @Test
    void anApplicationStartsWithoutRedisAndFindsItLater(CapturedOutput output) {
        server.kill();
        runner.run(context -> {
            bindMeters(context);
            call(context);
            assertThat(gauge(context, "alone")).isOne();
            assertThat(health(context)).containsKey("aloneSince");

            server.restart();
            Eventually.await("it is served", () -> gauge(context, "alone") == 0);
            call(context);
            assertThat(counter(context, "asks")).isPositive();
            assertThat(output).containsOnlyOnce("This replica goes on alone with its part of the quotas");
        });
    }

    @Test
    void anApplicationThatWasStoppedAndIsStartedAgainSharesAgain() {
        runner.run(context -> {
            bindMeters(context);
            call(context);
            Eventually.await("it is served", () -> gauge(context, "alone") == 0);
            ConfigurableApplicationContext application =
                    context.getSourceApplicationContext(ConfigurableApplicationContext.class);
            AbstractRedisClient before =
                    context.getBean(LettuceConnectionFactory.class).getRequiredNativeClient();
            application.stop();
            Eventually.await("its connections are closed", () -> gauge(context, "alone") == 1);
            application.start();
            assertThat(context.getBean(LettuceConnectionFactory.class).getRequiredNativeClient())
                    .isNotSameAs(before);
            Eventually.await("it is served again", () -> gauge(context, "alone") == 0);
            double asks = counter(context, "asks");
            double unanswered = counter(context, "unanswered");
            call(context);
            assertThat(counter(context, "asks")).isGreaterThan(asks);
            assertThat(counter(context, "unanswered")).isEqualTo(unanswered);
        });
    }

    @Test
    void connectionDetailsNameTheServer(CapturedOutput output) {
        runner.withPropertyValues("spring.data.redis.port=1")
                .withBean(DataRedisConnectionDetails.class, () -> new Details(server.port()))
                .run(context -> {
                    bindMeters(context);
                    call(context);
                    assertThat(counter(context, "asks")).isPositive();
                    assertThat(gauge(context, "alone")).isZero();
                    assertThat(output).doesNotContain("Redis is failing");
                });
    }

    private record Details(int port) implements DataRedisConnectionDetails {

        @Override
        public Standalone getStandalone() {
            return Standalone.of("127.0.0.1", port);
        }
    }

    @Test
    void aFlushIsToldAndCounted(CapturedOutput output) {
        runner.run(context -> {
            bindMeters(context);
            call(context);
            server.ask(RedisCommands::flushall);
            Eventually.await("it is noticed", () -> {
                call(context);
                return counter(context, "books.lost") == 1;
            });
            call(context);
            assertThat(output).containsOnlyOnce("The shared books of project");
            assertThat(gauge(context, "alone")).isZero();
            assertThat(output).doesNotContain("Redis is failing");
        });
    }

    @Test
    void scriptsThatWereFlushedAreNothingToTell(CapturedOutput output) {
        runner.run(context -> {
            bindMeters(context);
            call(context);
            server.ask(RedisCommands::scriptFlush);
            call(context);
            call(context);
            assertThat(counter(context, "unanswered")).isZero();
            assertThat(gauge(context, "alone")).isZero();
            assertThat(output).doesNotContain("Redis is failing", "were lost");
        });
    }
}
