package io.github.geminipool.internal.stream;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A subscriber's reading. At any time one thread at most signals it. Thread-safe. */
final class PullSubscription<T> implements Flow.Subscription {

    private static final int IDLE = 0;
    private static final int RUNNING = 1;

    /** A thread signals, and has to look once more. */
    private static final int LOOKING_AGAIN = 2;

    private final Pull<T> elements;
    private final Executor executor;
    private final AtomicLong demand = new AtomicLong();

    /** Running from the start, since the subscriber is being told of its subscription; for ever after the last signal. */
    private final AtomicInteger state = new AtomicInteger(RUNNING);

    /** Null after the last signal. */
    private volatile Flow.@Nullable Subscriber<? super T> subscriber;

    private volatile boolean cancelled;

    /** What ends the reading, if it was not the reading; null if nothing does. */
    private volatile @Nullable Throwable refusal;

    PullSubscription(Flow.Subscriber<? super T> subscriber, Pull<T> elements, Executor executor) {
        this.subscriber = subscriber;
        this.elements = elements;
        this.executor = executor;
    }

    /** Tells the subscriber of its subscription. */
    void begin() {
        Flow.Subscriber<? super T> told = subscriber;
        if (told == null) {
            return;
        }
        try {
            told.onSubscribe(elements.named(this));
        } catch (RuntimeException | Error e) {
            cancelled = true;
            run();
            throw e;
        }
        if (!state.compareAndSet(RUNNING, IDLE)) {
            state.set(RUNNING);
            start();
        }
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            refusal = new IllegalArgumentException("A subscriber must request more than " + n + " elements");
            // A thread may be reading, and there may be nothing to read for long.
            elements.cancel();
        } else {
            demand.accumulateAndGet(n, (before, more) -> before + more < 0 ? Long.MAX_VALUE : before + more);
        }
        if (isToRun()) {
            start();
        }
    }

    @Override
    public void cancel() {
        if (cancelled) {
            return;
        }
        cancelled = true;
        elements.cancel();
        if (isToRun()) {
            // Only closes what was read: that needs no other thread.
            run();
        }
    }

    /** Returns whether the caller must see to it that somebody looks; otherwise a thread that is running will. */
    private boolean isToRun() {
        return state.getAndUpdate(before -> before == IDLE ? RUNNING : LOOKING_AGAIN) == IDLE;
    }

    private void start() {
        if (cancelled || refusal != null) {
            run();
            return;
        }
        try {
            executor.execute(this::run);
        } catch (RuntimeException | OutOfMemoryError e) {
            // There is no thread that could read.
            refusal = e;
            run();
        }
    }

    private void run() {
        while (!isOver()) {
            if (state.compareAndSet(RUNNING, IDLE)) {
                return;
            }
            state.set(RUNNING);
        }
    }

    /** Signals what is requested; returns whether there will be no more signals. */
    private boolean isOver() {
        while (true) {
            Flow.Subscriber<? super T> receiver = subscriber;
            if (receiver == null) {
                return true;
            }
            Throwable failure = refusal;
            if (cancelled || failure != null) {
                end(receiver, failure);
                return true;
            }
            if (demand.get() == 0) {
                return false;
            }
            if (!isSignalled(receiver)) {
                return true;
            }
        }
    }

    /** Signals the next element, or the end; returns whether it was an element. */
    private boolean isSignalled(Flow.Subscriber<? super T> receiver) {
        T element;
        try {
            if (!elements.hasNext()) {
                end(receiver, refusal);
                return false;
            }
            element = elements.next();
        } catch (RuntimeException | Error e) {
            Throwable known = refusal;
            end(receiver, known == null ? e : known);
            return false;
        }
        demand.accumulateAndGet(1, (before, one) -> before == Long.MAX_VALUE ? before : before - one);
        if (!cancelled) {
            tell(receiver, element);
        }
        return true;
    }

    /** A subscriber that throws gets nothing more. */
    private void tell(Flow.Subscriber<? super T> receiver, T element) {
        boolean isTold = false;
        try {
            receiver.onNext(element);
            isTold = true;
        } finally {
            if (!isTold) {
                cancelled = true;
                elements.cancel();
                end(receiver, null);
            }
        }
    }

    private void end(Flow.Subscriber<? super T> receiver, @Nullable Throwable failure) {
        subscriber = null;
        try {
            elements.close();
        } catch (RuntimeException | Error e) {
            // Nothing is left to be read, and the subscriber has got all of it. It waits for the end.
        }
        if (cancelled) {
            return;
        }
        if (failure == null) {
            receiver.onComplete();
        } else {
            receiver.onError(failure);
        }
    }
}
