package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.internal.retry.LoopRunner;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.spi.AttemptRunner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.RetryOperations;
import org.springframework.retry.support.RetryTemplate;

/** Spring Retry beans of the application and of the auto-configuration. */
@Timeout(60)
class SpringRetryTests {

    private final GeminiSimulator simulator =
            GeminiSimulator.builder().key("first-secret").start();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class))
            .withPropertyValues(
                    "gemini.pool.keys=first-secret",
                    "gemini.pool.retry.initial-delay=0ms",
                    "gemini.pool.retry.max-delay=0ms",
                    "gemini.pool.base-url=" + simulator.baseUrl());

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void notifiesListenersOfTheApplicationInOrder() {
        simulator.fault(Fault.when().first(1).respond(503));
        runner.withUserConfiguration(Listeners.class).run(context -> {
            context.getBean(GeminiPool.class).generateContent("Hello");
            assertThat(context.getBean(Listeners.class).events)
                    .containsExactly(
                            "first open",
                            "second open",
                            "second error",
                            "first error",
                            "second success",
                            "first success",
                            "second close",
                            "first close");
        });
    }

    @Test
    void usesTheApplicationsPoolTemplateUnchanged() {
        simulator.fault(Fault.when().respond(503));
        runner.withUserConfiguration(Listeners.class, PoolTemplate.class).run(context -> {
            GeminiPool pool = context.getBean(GeminiPool.class);
            assertThat(pool.tryGenerateContent(request()).isSuccess()).isFalse();
            assertThat(simulator.requestCount()).isEqualTo(2);
            assertThat(context.getBean(Listeners.class).events).isEmpty();
        });
    }

    private static GenerationRequest request() {
        return GenerationRequest.of("Hello");
    }

    @Test
    void failsIfThePoolTemplateHasAnotherType() {
        runner.withBean(
                        "geminiPoolRetryTemplate",
                        org.springframework.core.retry.RetryTemplate.class,
                        org.springframework.core.retry.RetryTemplate::new)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasRootCauseInstanceOf(BeanNotOfRequiredTypeException.class)
                        .hasStackTraceContaining("geminiPoolRetryTemplate"));
    }

    @Test
    void definesNoTemplateBean() {
        runner.run(context -> assertThat(context)
                .hasSingleBean(AttemptRunner.class)
                .doesNotHaveBean(RetryOperations.class)
                .doesNotHaveBean(org.springframework.core.retry.RetryOperations.class));
    }

    @Test
    void ignoresOtherTemplatesOfTheApplication() {
        simulator.fault(Fault.when().respond(503));
        runner.withUserConfiguration(OtherTemplate.class).run(context -> {
            assertThat(context.getBean(InjectedByType.class).template).isSameAs(context.getBean("applicationTemplate"));
            context.getBean(GeminiPool.class).tryGenerateContent(request());
            assertThat(simulator.requestCount()).isEqualTo(3);
        });
    }

    @Test
    void worksWithoutSpringRetry() {
        simulator.fault(Fault.when().first(2).respond(503));
        runner.withClassLoader(new FilteredClassLoader("org.springframework.retry"))
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean(AttemptRunner.class);
                    assertThat(context.getBean(GeminiPool.class)
                                    .tryGenerateContent(request())
                                    .isSuccess())
                            .isTrue();
                    assertThat(simulator.requestCount()).isEqualTo(3);
                });
    }

    @Test
    void backsOffForTheApplicationsAttemptRunner() {
        runner.withUserConfiguration(Listeners.class)
                .withBean("own", AttemptRunner.class, LoopRunner::new)
                .run(context -> {
                    assertThat(context).getBean(AttemptRunner.class).isSameAs(context.getBean("own"));
                    context.getBean(GeminiPool.class).generateContent("Hello");
                    assertThat(context.getBean(Listeners.class).events).isEmpty();
                });
    }

    @Test
    void definesNoRunnerWhenDisabled() {
        runner.withPropertyValues("gemini.pool.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(AttemptRunner.class));
    }

    @Configuration(proxyBeanMethods = false)
    static class Listeners {

        final List<String> events = new ArrayList<>();

        @Bean
        @Order(2)
        RetryListener second() {
            return listener("second");
        }

        @Bean
        @Order(1)
        RetryListener first() {
            return listener("first");
        }

        private RetryListener listener(String name) {
            return new RetryListener() {
                @Override
                public <T, E extends Throwable> boolean open(RetryContext context, RetryCallback<T, E> callback) {
                    events.add(name + " open");
                    return true;
                }

                @Override
                public <T, E extends Throwable> void onError(
                        RetryContext context, RetryCallback<T, E> callback, Throwable throwable) {
                    events.add(name + " error");
                }

                @Override
                public <T, E extends Throwable> void onSuccess(
                        RetryContext context, RetryCallback<T, E> callback, T result) {
                    events.add(name + " success");
                }

                @Override
                public <T, E extends Throwable> void close(
                        RetryContext context, RetryCallback<T, E> callback, @Nullable Throwable throwable) {
                    events.add(name + " close");
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PoolTemplate {

        @Bean
        RetryTemplate geminiPoolRetryTemplate() {
            return RetryTemplate.builder().maxAttempts(2).noBackoff().build();
        }
    }

    record InjectedByType(RetryOperations template) {}

    @Configuration(proxyBeanMethods = false)
    static class OtherTemplate {

        @Bean
        RetryTemplate applicationTemplate() {
            return RetryTemplate.builder().maxAttempts(1).build();
        }

        @Bean
        InjectedByType injectedByType(RetryOperations template) {
            return new InjectedByType(template);
        }
    }
}
