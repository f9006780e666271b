package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.SelectionStrategy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Application beans that take part in calls. */
class CollaboratorTests {

    private final GeminiSimulator simulator =
            GeminiSimulator.builder().key("first-secret").key("second-secret").start();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class))
            .withPropertyValues(
                    "gemini.pool.keys=first-secret,second-secret", "gemini.pool.base-url=" + simulator.baseUrl());

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void notifiesListeners() {
        List<String> events = Collections.synchronizedList(new ArrayList<>());
        runner.withBean("one", PoolListener.class, () -> listener(events, "one"))
                .withBean("two", PoolListener.class, () -> listener(events, "two"))
                .run(context -> {
                    context.getBean(GeminiPool.class).generateContent("Hello");
                    assertThat(events).containsExactlyInAnyOrder("one", "two");
                });
    }

    @Test
    void usesTheSelectionStrategy() {
        runner.withBean(
                        SelectionStrategy.class,
                        () -> candidate -> candidate.keyName().equals("Key #2") ? 1 : 0)
                .run(context -> {
                    for (int i = 0; i < 3; i++) {
                        context.getBean(GeminiPool.class).generateContent("Hello");
                    }
                    assertThat(simulator.requestsByKey()).containsOnlyKeys("second-secret");
                });
    }

    @Test
    void usesTheAttemptRunner() {
        runner.withBean(AttemptRunner.class, () -> (facts, attempt) -> {
                    throw new IOException("thrown by the application's runner");
                })
                .run(context -> {
                    GeminiPool pool = context.getBean(GeminiPool.class);
                    assertThatThrownBy(() -> pool.generateContent("Hello"))
                            .hasStackTraceContaining("thrown by the application's runner");
                    assertThat(simulator.requestCount()).isZero();
                });
    }

    @ParameterizedTest
    @CsvSource({", false", "false, false", "true, true"})
    void usesVirtualThreadsIfTheApplicationDoes(@Nullable String property, boolean virtual) {
        List<String> threads = Collections.synchronizedList(new ArrayList<>());
        PoolListener listener = new PoolListener() {
            @Override
            public void attemptEnded(AttemptEnded event) {
                threads.add(Thread.currentThread().toString());
            }
        };
        boolean isVirtual = virtual && Runtime.version().feature() >= 21;
        runner.withBean(PoolListener.class, () -> listener)
                .withPropertyValues(
                        property == null ? new String[0] : new String[] {"spring.threads.virtual.enabled=" + property})
                .run(context -> {
                    context.getBean(GeminiPool.class)
                            .generateContentAsync(GenerationRequest.of("Hello"))
                            .join();
                    assertThat(threads)
                            .isNotEmpty()
                            .allMatch(thread -> thread.startsWith("VirtualThread") == isVirtual);
                });
    }

    private static PoolListener listener(List<String> events, String name) {
        return new PoolListener() {
            @Override
            public void attemptEnded(AttemptEnded event) {
                events.add(name);
            }
        };
    }
}
