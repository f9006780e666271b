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

/** Callers that start their next call as soon as the previous one is answered. */
final class ClosedLoop implements AutoCloseable {

    /**
     * Result of a run.
     *
     * @param calls durations of answered calls
     * @param failed durations of failed calls
     * @param perSecond answered calls per second
     */
    record Outcome(Durations calls, Durations failed, double perSecond) {

        /** Returns the number of failed calls. */
        int errors() {
            return failed.count();
        }
    }

    private final int callers;
    private final ExecutorService threads;

    ClosedLoop(int callers) {
        this.callers = callers;
        this.threads = Executors.newFixedThreadPool(callers);
    }

    Outcome run(Client client, Duration duration) {
        return run(() -> Contenders.call(client), duration);
    }

    /** Starts calls for a duration and waits for all of them. */
    Outcome run(Runnable call, Duration duration) {
        long begin = System.nanoTime();
        List<Future<Outcome>> running = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            running.add(threads.submit(() -> oneCaller(call, begin, duration.toNanos())));
        }
        Durations calls = new Durations(new long[0]);
        Durations failed = new Durations(new long[0]);
        for (Future<Outcome> caller : running) {
            Outcome outcome = result(caller);
            calls = calls.and(outcome.calls());
            failed = failed.and(outcome.failed());
        }
        return new Outcome(calls, failed, calls.count() * 1e9 / (System.nanoTime() - begin));
    }

    private static Outcome oneCaller(Runnable call, long begin, long durationNanos) {
        LongStream.Builder answered = LongStream.builder();
        LongStream.Builder failed = LongStream.builder();
        long now = System.nanoTime();
        while (now - begin < durationNanos) {
            long start = now;
            try {
                call.run();
                now = System.nanoTime();
                answered.add(now - start);
            } catch (RuntimeException e) {
                now = System.nanoTime();
                failed.add(now - start);
            }
        }
        return new Outcome(
                new Durations(answered.build().toArray()),
                new Durations(failed.build().toArray()),
                0);
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
