package io.github.geminipool.samples.replicas;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import java.util.concurrent.Future;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Calls Gemini once a second while it is on, whether earlier calls have been answered or still wait for quota. */
@Component
class Load {

    private final GeminiPool pool;
    private volatile boolean isOn;

    Load(GeminiPool pool, @Value("${replicas.on:true}") boolean on) {
        this.pool = pool;
        this.isOn = on;
    }

    boolean isOn() {
        return isOn;
    }

    void set(boolean on) {
        this.isOn = on;
    }

    @Scheduled(fixedRateString = "${replicas.interval:1s}")
    void call() {
        if (isOn) {
            Future<?> unused = pool.tryGenerateContentAsync(GenerationRequest.of("Why is the sky blue?"));
        }
    }
}
