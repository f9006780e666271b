package io.github.geminipool.autoconfigure.springai;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.google.genai.GoogleGenAiChatModel;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/** Streams of Spring AI whose readers leave: their instances serve others at once, without a garbage collection. */
@Tag("sdk")
@Timeout(60)
class SpringAiStreamTests {

    private static final int READERS = 10;

    private static final GeminiSimulator SIMULATOR = GeminiSimulator.builder()
            .key("a-secret")
            .streamGap(Latency.fixed(Duration.ofMillis(150)))
            .start();

    @SuppressWarnings("NullAway.Init")
    private static ConfigurableApplicationContext context;

    @BeforeAll
    static void start() {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setRegisterShutdownHook(false);
        context = application.run(
                "--gemini.pool.keys=a-secret",
                "--gemini.pool.size=2",
                "--gemini.pool.acquire-timeout=2s",
                "--gemini.pool.base-url=" + SIMULATOR.baseUrl());
    }

    @AfterAll
    static void stop() {
        context.close();
        SIMULATOR.close();
    }

    private static GeminiPool pool() {
        return context.getBean(GeminiPool.class);
    }

    private static ChatClient chat() {
        return context.getBean(ChatClient.Builder.class).build();
    }

    @Test
    void theModelIsStillWhatItWas() {
        assertThat(context.getBean(ChatModel.class)).isInstanceOf(GoogleGenAiChatModel.class);
        assertThat(context.getBeansOfType(GoogleGenAiChatModel.class)).hasSize(1);
    }

    @Test
    void tenReadersLeaveAndTheEleventhIsServedAtOnce() {
        for (int i = 0; i < READERS; i++) {
            assertThat(chat().prompt("Tell me more").stream().content().take(1).blockLast())
                    .isNotBlank();
        }
        Eventually.await("no instance is held", () -> pool().stats().active() == 0);
        assertThat(chat().prompt("Why is the sky blue?").call().content()).isNotBlank();
    }

    @Test
    void theModelsOwnStreamsEndToo() {
        ChatModel model = context.getBean(ChatModel.class);
        for (int i = 0; i < READERS; i++) {
            assertThat(model.stream(new Prompt("Tell me more"))
                            .take(1)
                            .collectList()
                            .block())
                    .hasSize(1);
            assertThat(pool().stats().active()).isZero();
            assertThat(model.stream("Tell me more").blockFirst()).isNotNull();
            assertThat(pool().stats().active()).isZero();
        }
    }

    /** As if a browser's tab were closed while the model thinks. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aReaderIsCancelledWhileItWaitsForTheNextPart(CapturedOutput output) throws InterruptedException {
        for (int i = 0; i < READERS; i++) {
            CountDownLatch first = new CountDownLatch(1);
            Disposable reading = chat().prompt("Tell me more").stream()
                    .content()
                    .subscribeOn(Schedulers.boundedElastic())
                    .subscribe(part -> first.countDown());
            assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
            reading.dispose();
            Eventually.await("no instance is held", () -> pool().stats().active() == 0);
        }
        assertThat(output).doesNotContain("onErrorDropped", "Exception");
    }

    /** Calls of the subscriber's own are not cancelled with the stream that it reads. */
    @Test
    void whatTheSubscriberAsksIsNotCancelled() {
        AtomicReference<String> answer = new AtomicReference<>();
        List<String> parts = context.getBean(ChatModel.class).stream("Tell me more")
                .take(1)
                .doOnNext(part -> answer.set(context.getBean(ChatModel.class).call("Why is the sky blue?")))
                .collectList()
                .block();
        assertThat(parts).hasSize(1);
        assertThat(answer.get()).contains("sky");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
