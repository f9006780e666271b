package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.simulator.GeminiSimulator;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void disconnectedClientReleasesItsInstance() {
        GenerationStream stream = pool.generateContentStream(GenerationRequest.of("Why is the sky blue?"));
        assertThat(pool.stats().active()).isOne();
        new StreamedAnswer(stream, new RecordingEmitter(1)).run();
        assertThat(pool.stats().active()).isZero();
    }

    @Test
    void errorInTheStreamIsReported() {
        simulator.fault(Fault.when().errorInStream(2, Framing.BARE, "503-high-demand.json"));
        GenerationStream stream = pool.generateContentStream(GenerationRequest.of("Why is the sky blue?"));
        RecordingEmitter emitter = new RecordingEmitter(Integer.MAX_VALUE);
        new StreamedAnswer(stream, emitter).run();
        assertThat(emitter.events).hasSize(3).last().asString().contains("event:problem", "Gemini");
        assertThat(pool.stats().active()).isZero();
    }

    /** A client that disconnects after a number of events. */
    private static final class RecordingEmitter extends SseEmitter {

        private final List<String> events = new ArrayList<>();
        private final int maxEvents;

        RecordingEmitter(int maxEvents) {
            this.maxEvents = maxEvents;
        }

        @Override
        public void send(SseEventBuilder builder) throws IOException {
            if (events.size() == maxEvents) {
                throw new IOException("Broken pipe");
            }
            events.add(builder.build().stream()
                    .map(DataWithMediaType::getData)
                    .map(String::valueOf)
                    .collect(Collectors.joining()));
        }
    }
}
