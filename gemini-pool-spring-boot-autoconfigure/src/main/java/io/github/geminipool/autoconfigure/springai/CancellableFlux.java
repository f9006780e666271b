package io.github.geminipool.autoconfigure.springai;

import io.github.geminipool.CancellableCalls;
import io.github.geminipool.GeminiPool;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.util.context.Context;

/** A stream whose calls to the pool are cancelled with its subscription. */
final class CancellableFlux<T> extends FluxOperator<T, T> {

    private final GeminiPool pool;

    CancellableFlux(Flux<? extends T> source, GeminiPool pool) {
        super(source);
        this.pool = pool;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        CancellableCalls calls = pool.cancellableCalls();
        calls.run(() -> source.subscribe(new Reading<T>(actual, calls)));
    }

    /** Runs the source inside the group of calls, and the subscriber, which may make other calls, outside of it. */
    private static final class Reading<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private final CancellableCalls calls;
        private @Nullable Subscription source;

        Reading(CoreSubscriber<? super T> actual, CancellableCalls calls) {
            this.actual = actual;
            this.calls = calls;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            source = subscription;
            calls.outside(() -> actual.onSubscribe(this));
        }

        @Override
        public void onNext(T element) {
            calls.outside(() -> actual.onNext(element));
        }

        @Override
        public void onError(Throwable e) {
            calls.outside(() -> actual.onError(e));
        }

        @Override
        public void onComplete() {
            calls.outside(actual::onComplete);
        }

        @Override
        public void request(long n) {
            Subscription read = source;
            if (read != null) {
                calls.run(() -> read.request(n));
            }
        }

        /** Stops the reading first, so that it does not mistake the end of its call for a failure. */
        @Override
        public void cancel() {
            Subscription read = source;
            if (read != null) {
                read.cancel();
            }
            calls.cancel();
        }
    }
}
