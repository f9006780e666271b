package io.github.geminipool.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class PullSubscriptionTest {

    /** Elements that end at once, and can't be closed for lack of memory. */
    private static final class Unclosable implements Pull<String> {

        @Override
        public boolean hasNext() {
            return false;
        }

        @Override
        public String next() {
            throw new AssertionError();
        }

        @Override
        public void cancel() {}

        @Override
        public void close() {
            throw new OutOfMemoryError("a test");
        }
    }

    private static final class Recorder implements Flow.Subscriber<String> {

        private final List<String> signals = new ArrayList<>();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(1);
        }

        @Override
        public void onNext(String element) {
            signals.add(element);
        }

        @Override
        public void onError(Throwable e) {
            signals.add("error");
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }

    @Test
    void itsEndIsToldThoughMemoryIsShort() {
        Recorder recorder = new Recorder();
        new PullPublisher<>(Unclosable::new, Runnable::run).subscribe(recorder);
        assertThat(recorder.signals).containsExactly("complete");
    }
}
