package io.github.geminipool.autoconfigure.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.GeminiPoolAutoConfiguration;
import io.github.geminipool.autoconfigure.health.GeminiPoolHealthAutoConfiguration;
import io.github.geminipool.autoconfigure.metrics.GeminiPoolMetricsAutoConfiguration;
import io.github.geminipool.redis.RedisSharedStore;
import io.github.geminipool.spi.SharedStore;
import io.github.geminipool.testing.Eventually;
import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** What one gets who adds gemini-pool-redis and Spring Boot's starter for Redis. Nothing answers at the port. */
@Timeout(60)
class GeminiPoolRedisTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DataRedisAutoConfiguration.class,
                    GeminiPoolRedisAutoConfiguration.class,
                    GeminiPoolAutoConfiguration.class,
                    GeminiPoolHealthAutoConfiguration.class,
                    GeminiPoolMetricsAutoConfiguration.class))
            .withBean(SimpleMeterRegistry.class)
            .withPropertyValues("gemini.pool.keys=first-key-1", "spring.data.redis.port=" + closedPort());

    private final ApplicationContextRunner sharing = runner.withPropertyValues("gemini.pool.shared.enabled=true");

    private static int closedPort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nothingIsSharedUnlessItIsAskedFor() {
        runner.run(
                context -> assertThat(context).hasSingleBean(GeminiPool.class).doesNotHaveBean(SharedStore.class));
    }

    @Test
    void oneSwitchIsEnoughAndRedisMayBeAway() {
        sharing.run(context -> {
            assertThat(context).hasSingleBean(GeminiPool.class).hasSingleBean(RedisSharedStore.class);
            SharedStore store = context.getBean(SharedStore.class);
            assertThat(store.namespace()).isEqualTo("gemini-pool");
            assertThat(store.timeout()).isEqualTo(Duration.ofMillis(150));
        });
    }

    @Test
    void namespaceAndTimeoutCanBeSet() {
        sharing.withPropertyValues("gemini.pool.shared.namespace=shop", "gemini.pool.shared.timeout=80ms")
                .run(context -> {
                    SharedStore store = context.getBean(SharedStore.class);
                    assertThat(store.namespace()).isEqualTo("shop");
                    assertThat(store.timeout()).isEqualTo(Duration.ofMillis(80));
                });
    }

    @Test
    void invalidSettingsAreNamed() {
        sharing.withPropertyValues("gemini.pool.shared.namespace= ")
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("shared.namespace"));
        sharing.withPropertyValues("gemini.pool.shared.timeout=0ms")
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("shared.timeout"));
    }

    @Test
    void thePoolsSwitchIsAboveIt() {
        sharing.withPropertyValues("gemini.pool.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(SharedStore.class));
    }

    @Test
    void aClusterIsUsedAsACluster() {
        sharing.withPropertyValues("spring.data.redis.cluster.nodes=127.0.0.1:" + closedPort())
                .run(context -> assertThat(context).hasSingleBean(RedisSharedStore.class));
    }

    @Test
    void aStoreOfTheApplicationTakesPrecedence() {
        sharing.withUserConfiguration(OwnStore.class)
                .run(context ->
                        assertThat(context).hasSingleBean(SharedStore.class).hasBean("ownStore"));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnStore {
        @Bean
        SharedStore ownStore() {
            RedisClient client = RedisClient.create("redis://127.0.0.1:" + closedPort());
            return RedisSharedStore.connect(client, "own", Duration.ofMillis(100));
        }
    }

    @Test
    void withoutTheModuleOrTheStarterItSaysWhatIsMissing() {
        sharing.withClassLoader(new FilteredClassLoader(RedisSharedStore.class))
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("there is no SharedStore"));
        sharing.withClassLoader(new FilteredClassLoader(LettuceConnectionFactory.class))
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("there is no SharedStore"));
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        GeminiPoolRedisAutoConfiguration.class, GeminiPoolAutoConfiguration.class))
                .withPropertyValues("gemini.pool.keys=first-key-1", "gemini.pool.shared.enabled=true")
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("there is no SharedStore"));
    }

    @Test
    void jedisIsNoLettuce() {
        sharing.withPropertyValues("spring.data.redis.client-type=jedis")
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("there is no SharedStore"));
    }

    @Test
    void withoutTheModuleNothingElseChanges() {
        runner.withClassLoader(new FilteredClassLoader("io.github.geminipool.redis", "io.lettuce"))
                .run(context -> assertThat(context).hasSingleBean(GeminiPool.class));
    }

    @Test
    void severalConnectionFactoriesNeedAPrimaryOne() {
        ApplicationContextRunner two = sharing.withBean(
                        "other",
                        LettuceConnectionFactory.class,
                        () -> new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", 1)))
                .withBean(
                        "another",
                        LettuceConnectionFactory.class,
                        () -> new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", 2)));
        two.run(context -> assertThat(context).getFailure().hasStackTraceContaining("there is no SharedStore"));
    }

    @Test
    void aloneIsADetailOfHealthAndNeverMore() {
        sharing.run(context -> {
            awaitOutage(context);
            Health health = Objects.requireNonNull(context.getBean("geminiPoolHealthIndicator", HealthIndicator.class)
                    .health(true));
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("replicas", 1).containsKey("aloneSince");
        });
    }

    private static void awaitOutage(ApplicationContext context) {
        RedisSharedStore store = context.getBean(RedisSharedStore.class);
        Eventually.await("it has tried to connect", () -> store.stats().aloneSince() != null);
    }

    @Test
    void itHasMeters() {
        sharing.run(context -> {
            awaitOutage(context);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            context.getBeansOfType(MeterBinder.class).values().forEach(binder -> binder.bindTo(registry));
            assertThat(registry.get("gemini.pool.shared.alone").gauge().value()).isOne();
            assertThat(registry.get("gemini.pool.shared.replicas").gauge().value())
                    .isOne();
            assertThat(registry.get("gemini.pool.shared.asks").functionCounter().count())
                    .isZero();
            assertThat(registry.get("gemini.pool.shared.unanswered")
                            .functionCounter()
                            .count())
                    .isZero();
            assertThat(registry.get("gemini.pool.shared.books.lost")
                            .functionCounter()
                            .count())
                    .isZero();
        });
    }
}
