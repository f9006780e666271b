package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.endpoint.GeminiPoolEndpoint;
import io.github.geminipool.autoconfigure.endpoint.PoolDescriptor;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

/** Pools of a parent context, and beans of which each user gets another pool. */
class PoolsOfContextsTests {

    private static final AtomicInteger MADE = new AtomicInteger();

    private final ApplicationContextRunner runner = VisiblePools.runner();

    @BeforeEach
    void reset() {
        MADE.set(0);
    }

    @Configuration(proxyBeanMethods = false)
    static class OfTheParent {

        @Bean
        GeminiPool shared() {
            return GeminiPool.builder().key("first-key-1").build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OneForEachUser {

        @Bean
        @Scope("prototype")
        GeminiPool each() {
            MADE.incrementAndGet();
            return GeminiPool.builder().key("second-key-2").build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OneMore {

        @Bean
        GeminiPool single() {
            return GeminiPool.builder().key("third-key-3").build();
        }
    }

    @Test
    void thePoolOfAParentContextIsShownAndOutlivesItsChildren() {
        try (AnnotationConfigApplicationContext parent = new AnnotationConfigApplicationContext(OfTheParent.class)) {
            GeminiPool pool = parent.getBean(GeminiPool.class);
            runner.withParent(parent).run(context -> {
                assertThat(context.getBean("geminiPoolHealthIndicator")).isInstanceOf(HealthIndicator.class);
                assertThat(context.getBean(GeminiPoolEndpoint.class).pool(null, null))
                        .isInstanceOf(PoolDescriptor.class);
                assertThat(context.getBean(MeterRegistry.class)
                                .get("gemini.pool.keys.usable")
                                .gauge()
                                .value())
                        .isOne();
                SanitizableData data = new SanitizableData(null, "some.url", "https://host.example/?k=first-key-1");
                assertThat(context.getBean("geminiPoolSecretSanitizingFunction", SanitizingFunction.class)
                                .apply(data)
                                .getValue())
                        .isEqualTo(SanitizableData.SANITIZED_VALUE);
            });
            assertThat(pool.toString()).doesNotContain("closed");
        }
    }

    @Test
    void noPoolIsMadeToBeShown() {
        runner.withUserConfiguration(OneForEachUser.class, OneMore.class).run(context -> {
            assertThat(context.getBean(GeminiPoolEndpoint.class).pool(null, null))
                    .isInstanceOf(PoolDescriptor.class);
            GeminiPools pools = new GeminiPools(context);
            assertThat(pools.all()).containsOnlyKeys("single");
            assertThat(pools.first()).isSameAs(context.getBean("single"));
            assertThat(MADE).hasValue(0);
        });
    }
}
