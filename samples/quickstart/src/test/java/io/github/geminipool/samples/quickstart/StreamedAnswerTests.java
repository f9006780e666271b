package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.simulator.GeminiSimulator;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter.DataWithMediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

class StreamedAnswerTests {

    private final GeminiSimulator simulator =
            GeminiSimulator.builder().key("first-secret").start();

    private final GeminiPool pool = GeminiPool.builder()
            .key("first-secret")
            .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(URI.create(simulator.baseUrl())))
            .build();

    @AfterEach
    void close() {
        pool.close();
        simulator.close();
    }

    private RecordingEmitter answered(int maxEvents) {
        RecordingEmitter emitter = new RecordingEmitter(maxEvents);
        pool.generateContentPublisher(GenerationRequest.of("Why is the sky blue?"))
                .subscribe(new StreamedAnswer(emitter, Duration.ofSeconds(20)));
        return emitter;
    }

    @Test
    void disconnectedClientReleasesItsInstance() throws InterruptedException {
        RecordingEmitter emitter = answered(1);
        assertThat(emitter.disconnected.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(emitter.events).hasSize(1);
        pool.close(Duration.ofSeconds(20));
        assertThat(pool.stats().active()).isZero();
    }

    @Test
    void errorInTheStreamIsReported() throws InterruptedException {
        simulator.fault(Fault.when().errorInStream(2, Framing.BARE, "503-high-demand.json"));
        RecordingEmitter emitter = answered(Integer.MAX_VALUE);
        assertThat(emitter.completed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(emitter.events).hasSize(3).last().asString().contains("event:problem", "Gemini");
        assertThat(pool.stats().active()).isZero();
    }

    /** A client that disconnects after a number of events. */
    private static final class RecordingEmitter extends SseEmitter {

        private final List<String> events = new CopyOnWriteArrayList<>();
        private final CountDownLatch disconnected = new CountDownLatch(1);
        private final CountDownLatch completed = new CountDownLatch(1);
        private final int maxEvents;

        RecordingEmitter(int maxEvents) {
            this.maxEvents = maxEvents;
        }

        @Override
        public void send(SseEventBuilder builder) throws IOException {
            if (events.size() == maxEvents) {
                disconnected.countDown();
                throw new IOException("Broken pipe");
            }
            events.add(builder.build().stream()
                    .map(DataWithMediaType::getData)
                    .map(String::valueOf)
                    .collect(Collectors.joining()));
        }

        @Override
        public void complete() {
            completed.countDown();
        }
    }
}
