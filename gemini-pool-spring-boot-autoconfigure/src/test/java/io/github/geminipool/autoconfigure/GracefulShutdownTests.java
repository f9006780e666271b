package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;

@Timeout(30)
class GracefulShutdownTests {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final GeminiSimulator simulator =
            GeminiSimulator.builder().key("first-secret").start();

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void runningCallEndsBeforeAnyBeanIsDestroyed() {
        simulator.fault(Fault.when().whenInFlight(2));
        ConfigurableApplicationContext context = start();
        GeminiPool pool = context.getBean(GeminiPool.class);
        Events events = context.getBean(Events.class);
        events.inFlight = () -> pool.stats().active();
        CompletableFuture<GenerateContentResponse> call = pool.generateContentAsync(GenerationRequest.of("Hello"));
        assertThat(simulator.awaitInFlight(1, PATIENCE)).isTrue();

        // In a new thread, since the common pool has only one on a small machine.
        CompletableFuture<Void> closing =
                CompletableFuture.runAsync(context::close, close -> new Thread(close).start());
        events.stopping.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        simulator.clearFaults();

        closing.join();
        assertThat(call.join().text()).isNotBlank();
        assertThat(events.list).containsExactly("executors stop", "beans are destroyed, 0 calls in flight");
    }

    @Test
    void closedPoolRejectsNewCalls() {
        ConfigurableApplicationContext context = start();
        GeminiPool pool = context.getBean(GeminiPool.class);
        context.close();
        assertThatExceptionOfType(PoolClosedException.class).isThrownBy(() -> pool.generateContent("Hello"));
    }

    @Test
    void restartedContextKeepsItsPool() {
        try (ConfigurableApplicationContext context = start()) {
            context.stop();
            context.start();
            assertThat(context.getBean(GeminiPool.class)
                            .generateContent("Hello")
                            .text())
                    .isNotBlank();
        }
    }

    @Test
    void pausedContextKeepsItsPool() {
        try (ConfigurableApplicationContext context = start()) {
            context.pause();
            assertThat(context.getBean(GeminiPoolLifecycle.class).isRunning()).isTrue();
            assertThat(context.getBean(GeminiPool.class)
                            .generateContent("Hello")
                            .text())
                    .isNotBlank();
        }
    }

    private ConfigurableApplicationContext start() {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setRegisterShutdownHook(false);
        return application.run("--gemini.pool.keys=first-secret", "--gemini.pool.base-url=" + simulator.baseUrl());
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({GeminiPoolAutoConfiguration.class, LifecycleAutoConfiguration.class})
    static class Application {

        /** Destroyed before the pool, like every bean that uses it. */
        @Bean
        @DependsOn("geminiPool")
        Events events() {
            return new Events();
        }
    }

    /** Stands in for executors, which stop before the pool does, and for beans that running calls use. */
    static final class Events implements SmartLifecycle, AutoCloseable {

        final List<String> list = Collections.synchronizedList(new ArrayList<>());
        final CompletableFuture<Void> stopping = new CompletableFuture<>();
        volatile IntSupplier inFlight = () -> 0;
        private volatile boolean running;

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            list.add("executors stop");
            stopping.complete(null);
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return ExecutorConfigurationSupport.DEFAULT_PHASE;
        }

        @Override
        public void close() {
            list.add("beans are destroyed, " + inFlight.getAsInt() + " calls in flight");
        }
    }
}
