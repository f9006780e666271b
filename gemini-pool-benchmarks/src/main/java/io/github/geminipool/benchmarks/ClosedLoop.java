package io.github.geminipool.benchmarks;

import com.google.genai.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/** Callers that make their next call as soon as the last one is answered. */
final class ClosedLoop implements AutoCloseable {

    /**
     * What came of it.
     *
     * @param calls how long each answered call took
     * @param errors calls that were not answered
     * @param perSecond answered calls a second
     */
    record Outcome(Durations calls, int errors, double perSecond) {}

    private final int callers;
    private final ExecutorService threads;

    ClosedLoop(int callers) {
        this.callers = callers;
        this.threads = Executors.newFixedThreadPool(callers);
    }

    Outcome run(Client client, Duration duration) {
        long begin = System.nanoTime();
        List<Future<Outcome>> running = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            running.add(threads.submit(() -> oneCaller(client, begin, duration.toNanos())));
        }
        Durations calls = new Durations(new long[0]);
        int errors = 0;
        for (Future<Outcome> caller : running) {
            Outcome outcome = result(caller);
            calls = calls.and(outcome.calls());
            errors += outcome.errors();
        }
        return new Outcome(calls, errors, calls.count() * 1e9 / (System.nanoTime() - begin));
    }

    private static Outcome oneCaller(Client client, long begin, long durationNanos) {
        LongStream.Builder nanos = LongStream.builder();
        int errors = 0;
        long now = System.nanoTime();
        while (now - begin < durationNanos) {
            long start = now;
            try {
                Contenders.call(client);
                now = System.nanoTime();
                nanos.add(now - start);
            } catch (RuntimeException e) {
                errors++;
                now = System.nanoTime();
            }
        }
        return new Outcome(new Durations(nanos.build().toArray()), errors, 0);
    }

    private static Outcome result(Future<Outcome> caller) {
        try {
            return caller.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A caller failed", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
