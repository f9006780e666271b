package io.github.geminipool.benchmarks;

import com.google.genai.Client;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import java.io.IOException;

/** What a 429 costs: the pool goes on with another key, the SDK waits and asks the same one again. */
final class Failover {

    private static final String ALWAYS = "{\"key\": \"secret-0\", \"wire\": \"429-free-tpm.json\"}";
    private static final String ONCE = "{\"key\": \"secret-0\", \"first\": 1, \"wire\": \"429-free-tpm.json\"}";

    /**
     * What came of it.
     *
     * @param plain calls that were answered at once
     * @param failedOver calls that got a 429 from the first key and their answer with the second
     * @param mostAttempts the most attempts that such a call took
     * @param bareSdk calls of the bare SDK that got a 429 and their answer by its own retry
     */
    record Result(Durations plain, Durations failedOver, int mostAttempts, Durations bareSdk) {

        /** The pool's own time in such a call: what is left without its two round trips. */
        double ownMicros() {
            return failedOver.micros(0.5) - 2 * plain.micros(0.5);
        }
    }

    private final int calls;
    private final int warmUp;
    private final int sdkCalls;

    Failover(int calls, int warmUp, int sdkCalls) {
        this.calls = calls;
        this.warmUp = warmUp;
        this.sdkCalls = sdkCalls;
    }

    Result run(SimulatorProcess simulator) throws IOException {
        try (Contenders contenders = new Contenders(simulator.baseUrl(), 2, 10)) {
            simulator.fault(ALWAYS);
            long[] plain = new long[calls];
            long[] failedOver = new long[calls];
            int most = 0;
            for (int i = -warmUp; i < calls; i++) {
                // As new: the first key is tried first, and gets its 429. After that it cools down.
                contenders.pool.reset();
                GenerationResult twice = call(contenders);
                GenerationResult once = call(contenders);
                if (i >= 0) {
                    failedOver[i] = twice.elapsed().toNanos();
                    plain[i] = once.elapsed().toNanos();
                    most = Math.max(most, twice.attempts().size());
                }
                if (twice.attempts().size() < 2 || once.attempts().size() != 1) {
                    throw new IllegalStateException(
                            "Attempts: " + twice.attempts().size() + " after a reset, then "
                                    + once.attempts().size());
                }
            }
            return new Result(new Durations(plain), new Durations(failedOver), most, bareSdk(simulator));
        } finally {
            simulator.clearFaults();
        }
    }

    private static GenerationResult call(Contenders contenders) {
        GenerationResult result = contenders.pool.tryGenerateContent(
                GenerationRequest.of(Contenders.PROMPT).model(Contenders.MODEL));
        result.orThrow();
        return result;
    }

    private Durations bareSdk(SimulatorProcess simulator) throws IOException {
        long[] nanos = new long[sdkCalls];
        try (Client client = Client.builder()
                .apiKey(SimulatorProcess.secret(0))
                .vertexAI(false)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(simulator.baseUrl())
                        .retryOptions(HttpRetryOptions.builder().build())
                        .build())
                .build()) {
            for (int i = 0; i < sdkCalls; i++) {
                simulator.clearFaults();
                simulator.fault(ONCE);
                long start = System.nanoTime();
                Contenders.call(client);
                nanos[i] = System.nanoTime() - start;
            }
        }
        return new Durations(nanos);
    }
}
