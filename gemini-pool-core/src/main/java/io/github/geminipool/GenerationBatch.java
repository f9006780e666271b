package io.github.geminipool;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.internal.call.PoolCall;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.settings.GeminiPoolSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs many requests over the whole pool and delivers their results in order. Created by {@link GeminiPool#generateAll(Iterator)}.
 *
 * <pre>{@code
 * Iterator<GenerationRequest> requests =
 *         prompts.map(GenerationRequest::of).iterator();
 * pool.generateAll(requests)
 *         .onProgress(p -> log.info("{} done, {} failed, {} a second", p.done(), p.failed(), p.rate()))
 *         .forEach(result -> out.println(result.isSuccess() ? result.text() : result.failure()));
 * }</pre>
 *
 * <p>A model never has more requests running than its pool has instances. Results, failures included, come in the order of the
 * requests. Memory is bounded: the batch takes a request from the iterator only when an instance is free for it, and takes none
 * while many results wait for an earlier one or for the consumer.
 *
 * <p>A batch is used once, by one thread. Only {@link #stop()} and {@link #progress()} are thread-safe.
 */
public final class GenerationBatch {

    /** Maximum number of requests begun and not yet delivered, per instance. */
    private static final int WINDOW_PER_INSTANCE = 4;

    private final Generations calls;
    private final BatchForecast forecast;
    private final GeminiPoolSettings settings;
    private final PoolClock clock;
    private final Iterator<GenerationRequest> requests;
    private final int window;

    /** Requests begun and not yet delivered, in order. Confined to the thread that runs the batch. */
    private final Deque<Item> begun = new ArrayDeque<>();

    private @Nullable GenerationRequest next;
    private @Nullable Consumer<? super BatchProgress> listener;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Integer> runningByModel = new HashMap<>();
    private final Map<String, BatchProgress.KeyFigures> keys = new HashMap<>();
    private long total = -1;
    private long begunNanos = -1;
    private long done;
    private long failed;

    /** Belongs to the thread of {@link #forEach}. */
    private long reportedDone;

    private long changes;
    private boolean stopped;

    GenerationBatch(
            Generations calls,
            BatchForecast forecast,
            GeminiPoolSettings settings,
            PoolClock clock,
            Iterator<GenerationRequest> requests) {
        this.calls = calls;
        this.forecast = forecast;
        this.settings = settings;
        this.clock = clock;
        this.requests = requests;
        int largest =
                settings.models().keySet().stream().mapToInt(settings::sizeOf).reduce(settings.size(), Math::max);
        this.window = WINDOW_PER_INSTANCE * largest;
    }

    /**
     * Sets the number of requests, which {@link BatchProgress} reports.
     *
     * @return this
     */
    public GenerationBatch total(long newTotal) {
        lock.lock();
        try {
            total = newTotal;
        } finally {
            lock.unlock();
        }
        return this;
    }

    /**
     * Sets the progress listener, replacing an earlier one. It is called on the thread of {@link #forEach} whenever
     * more requests are done.
     *
     * @return this
     */
    public GenerationBatch onProgress(Consumer<? super BatchProgress> newListener) {
        listener = newListener;
        return this;
    }

    /**
     * Runs the batch to its end, and passes each result to {@code consumer} on the calling thread, in the order of the requests. No
     * further requests begin while the consumer or the iterator is busy.
     *
     * <p>If the consumer, the iterator or the progress listener throws an exception, the batch cancels its running requests and
     * throws that exception.
     *
     * @throws IllegalStateException if this method has been called before
     * @throws PoolClosedException if the pool is closed before the batch ends
     * @throws CancellationException if the calling thread is interrupted; its interrupt status stays set
     */
    public void forEach(Consumer<? super GenerationResult> consumer) {
        begin();
        try {
            long seen = 0;
            while (deliver(consumer) || beginNext() || !begun.isEmpty()) {
                if (!begun.isEmpty() && !begun.peek().isDone() && !mayBeginNext()) {
                    seen = awaitChangeAfter(seen);
                }
                reportProgress();
            }
        } finally {
            begun.forEach(item -> item.call.cancel());
        }
    }

    private void begin() {
        lock.lock();
        try {
            if (begunNanos >= 0) {
                throw new IllegalStateException("A batch runs once: create another one with GeminiPool.generateAll");
            }
            begunNanos = clock.nanos();
        } finally {
            lock.unlock();
        }
    }

    /** Delivers the next result if it has come. */
    private boolean deliver(Consumer<? super GenerationResult> consumer) {
        GenerationResult result = begun.isEmpty() ? null : begun.peek().result();
        if (result == null) {
            return false;
        }
        if (result.failure() instanceof PoolClosedException closed) {
            throw closed;
        }
        begun.remove();
        consumer.accept(result);
        return true;
    }

    private boolean beginNext() {
        if (!mayBeginNext()) {
            return false;
        }
        GenerationRequest request = next;
        next = null;
        if (request != null) {
            Item item = new Item(request);
            begun.add(item);
            item.begin();
        }
        return true;
    }

    private boolean mayBeginNext() {
        if (begun.size() >= window || isStopped()) {
            return false;
        }
        if (next == null) {
            if (!requests.hasNext()) {
                return false;
            }
            next = requests.next();
        }
        String model = calls.modelOf(next);
        lock.lock();
        try {
            return runningByModel.getOrDefault(model, 0) < settings.sizeOf(model);
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    private long awaitChangeAfter(long seen) {
        lock.lock();
        try {
            while (changes == seen) {
                clock.await(lock, changed, PoolClock.NEVER);
            }
            return changes;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("The batch was interrupted after " + done + " requests");
        } finally {
            lock.unlock();
        }
    }

    private void reportProgress() {
        Consumer<? super BatchProgress> current = listener;
        BatchProgress more = current == null ? null : newProgress();
        if (current != null && more != null) {
            current.accept(more);
        }
    }

    /** Returns the progress if it has not been reported yet; else null. */
    private @Nullable BatchProgress newProgress() {
        lock.lock();
        try {
            if (done == reportedDone) {
                return null;
            }
        } finally {
            lock.unlock();
        }
        BatchProgress now = progress();
        // More may be done by now.
        reportedDone = now.done();
        return now;
    }

    /** Stops taking requests. Running ones still finish and are delivered; then {@link #forEach} returns. Thread-safe. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
            changes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the progress so far. Thread-safe. */
    public BatchProgress progress() {
        BatchProgress now;
        BatchForecast.Left left;
        lock.lock();
        try {
            Duration elapsed = begunNanos < 0 ? Duration.ZERO : Duration.ofNanos(clock.nanos() - begunNanos);
            now = new BatchProgress(done, failed, total, elapsed, keys);
            left = stopped ? forecast.leftOfBegun() : forecast.left(total);
        } finally {
            lock.unlock();
        }
        // Model pools have locks of their own.
        return now.total() < 0 ? now : now.withEstimate(forecast.estimate(left));
    }

    /** A request that has begun. */
    private final class Item implements Runnable {

        private final GenerationRequest request;
        private final String model;
        private final PoolCall call;

        /** Exactly one of the two is set once the request is done. */
        private volatile @Nullable GenerationResult result;

        private volatile @Nullable Throwable error;

        Item(GenerationRequest request) {
            this.request = request;
            this.model = calls.modelOf(request);
            this.call = calls.begin(request.options());
            call.becomePartOfBatch();
            lock.lock();
            try {
                runningByModel.merge(model, 1, Integer::sum);
                forecast.begun(model);
            } finally {
                lock.unlock();
            }
        }

        void begin() {
            try {
                calls.execute(this);
            } catch (PoolClosedException e) {
                ended(calls.result(call, null, e), null);
            } catch (OutOfMemoryError e) {
                // No thread could be started.
                ended(null, e);
            }
        }

        /**
         * Runs the request on a worker. Whatever is thrown, the batch learns that the request is done: with an
         * exhausted heap, even completing a future can fail.
         */
        @Override
        public void run() {
            try {
                ended(calls.tryGenerate(call, request), null);
            } catch (Throwable e) {
                ended(null, e);
            }
        }

        private void ended(@Nullable GenerationResult newResult, @Nullable Throwable newError) {
            lock.lock();
            try {
                if (isDone()) {
                    return;
                }
                result = newResult;
                error = newError;
                changes++;
                changed.signalAll();
                runningByModel.merge(model, -1, (before, one) -> before == 1 ? null : before - 1);
                done++;
                failed += newResult != null && newResult.isSuccess() ? 0 : 1;
                List<AttemptEnded> attempts = newResult == null ? List.of() : newResult.attempts();
                attempts.forEach(this::count);
                forecast.done(
                        promptTokens(attempts),
                        attempts.stream()
                                .mapToLong(attempt -> attempt.elapsed().toNanos())
                                .sum());
            } finally {
                lock.unlock();
            }
        }

        private static long promptTokens(List<AttemptEnded> attempts) {
            return attempts.stream()
                    .map(AttemptEnded::response)
                    .map(response -> response == null ? null : response.tokens())
                    .mapToLong(tokens -> tokens == null ? 0 : tokens.input())
                    .max()
                    .orElse(0);
        }

        private void count(AttemptEnded attempt) {
            BatchProgress.KeyFigures before = keys.getOrDefault(attempt.key(), BatchProgress.KeyFigures.NONE);
            keys.put(attempt.key(), before.plus(attempt.failure() != null));
        }

        boolean isDone() {
            return result != null || error != null;
        }

        /** Returns the result; null if the request is not done. Only the batch's thread calls this: it allocates. */
        @Nullable
        GenerationResult result() {
            Throwable thrown = error;
            return thrown == null ? result : calls.result(call, null, new CompletionException(thrown));
        }
    }
}
