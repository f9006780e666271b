package io.github.geminipool.benchmarks;

import com.google.genai.Client;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import java.io.IOException;

/** The cost of a 429: the pool fails over to another key, the SDK waits and retries with the same one. */
final class Failover {

    private static final String ALWAYS = "{\"key\": \"secret-0\", \"wire\": \"429-free-tpm.json\"}";
    private static final String ONCE = "{\"key\": \"secret-0\", \"first\": 1, \"wire\": \"429-free-tpm.json\"}";

    /**
     * Result of a run.
     *
     * @param plain calls answered at the first attempt
     * @param failedOver calls that got a 429 with the first key and were answered with the second
     * @param mostAttempts maximum number of attempts of such a call
     * @param bareSdk calls of the bare SDK that got a 429 and were answered after its own retry
     */
    record Result(Durations plain, Durations failedOver, int mostAttempts, Durations bareSdk) {

        /** Returns the pool's overhead in such a call: its time minus two round trips. */
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
                // After a reset the first key is tried first, gets its 429 and cools down.
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
                        .apiVersion("v1beta")
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
