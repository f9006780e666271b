package io.github.geminipool.benchmarks;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.types.GenerateContentResponse;

/** Time to the first part of a stream, with and without the pool, alternating. */
final class FirstTokens {

    /** Times of both. */
    record Result(Durations bare, Durations pooled) {}

    private final int streams;
    private final int warmUp;

    FirstTokens(int streams, int warmUp) {
        this.streams = streams;
        this.warmUp = warmUp;
    }

    Result run(SimulatorProcess simulator) {
        try (Contenders contenders = new Contenders(simulator.baseUrl(), 10, 1)) {
            for (int i = 0; i < warmUp; i++) {
                nanosToFirst(contenders.bare);
                nanosToFirst(contenders.pooled());
            }
            long[] bare = new long[streams];
            long[] pooled = new long[streams];
            for (int i = 0; i < streams; i++) {
                bare[i] = nanosToFirst(contenders.bare);
                pooled[i] = nanosToFirst(contenders.pooled());
            }
            return new Result(new Durations(bare), new Durations(pooled));
        }
    }

    private static long nanosToFirst(Client client) {
        long start = System.nanoTime();
        long first = 0;
        try (ResponseStream<GenerateContentResponse> stream =
                client.models.generateContentStream(Contenders.MODEL, Contenders.PROMPT, null)) {
            for (GenerateContentResponse part : stream) {
                if (first == 0 && part.candidates().isPresent()) {
                    first = System.nanoTime() - start;
                }
            }
        }
        if (first == 0) {
            throw new IllegalStateException("A stream without a part");
        }
        return first;
    }
}
