package io.github.geminipool.stress;

import io.github.geminipool.internal.stream.Pull;
import io.github.geminipool.internal.stream.PullPublisher;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/** A subscriber requests an element from each of two threads. */
@JCStressTest
@Description(
        "two requests of a subscription against each other: elements that arrive; whether two threads signal at once")
@Outcome(id = "2, false", expect = Expect.ACCEPTABLE, desc = "each request is served, by one thread at a time")
@Outcome(expect = Expect.FORBIDDEN, desc = "a request is forgotten, or two threads signal at once")
@State
public class PublisherStress {

    private static final long A_WHILE_NANOS = 2_000;

    private final Subscriber subscriber = new Subscriber();

    public PublisherStress() {
        new PullPublisher<>(Numbers::new, Runnable::run).subscribe(subscriber);
    }

    @Actor
    public void request() {
        subscriber.request();
    }

    @Actor
    public void requestToo() {
        subscriber.request();
    }

    @Arbiter
    public void look(IZ_Result result) {
        result.r1 = subscriber.received.get();
        result.r2 = subscriber.isDisturbed;
    }

    /** A few numbers, more than are requested: whoever takes them all has been told so by mistake. */
    private static final class Numbers implements Pull<Integer> {

        private static final int MORE_THAN_REQUESTED = 4;

        private int next;

        @Override
        public boolean hasNext() {
            return next < MORE_THAN_REQUESTED;
        }

        @Override
        public Integer next() {
            return next++;
        }

        @Override
        public void cancel() {}

        @Override
        public void close() {}
    }

    private static final class Subscriber implements Flow.Subscriber<Integer> {

        private final AtomicInteger signals = new AtomicInteger();
        private final AtomicInteger received = new AtomicInteger();
        private volatile boolean isDisturbed;
        private volatile Flow.@Nullable Subscription subscription;

        void request() {
            Flow.Subscription told = subscription;
            if (told != null) {
                told.request(1);
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription told) {
            subscription = told;
        }

        @Override
        public void onNext(Integer number) {
            if (signals.incrementAndGet() > 1) {
                isDisturbed = true;
            }
            // Takes a while, so that another thread would get in between.
            long since = System.nanoTime();
            while (System.nanoTime() - since < A_WHILE_NANOS) {
                Thread.onSpinWait();
            }
            received.incrementAndGet();
            signals.decrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            isDisturbed = true;
        }

        @Override
        public void onComplete() {
            isDisturbed = true;
        }
    }
}
