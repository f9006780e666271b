package io.github.geminipool.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PullPublisherTest {

    private final List<Throwable> errors = new ArrayList<>();
    private Flow.@Nullable Subscription subscription;
    private boolean cancelled;
    private int closed;

    /** While it blocks for its first element, something happens. */
    private final class Blocking implements Pull<String> {

        private final Runnable meanwhile;

        Blocking(Runnable meanwhile) {
            this.meanwhile = meanwhile;
        }

        @Override
        public boolean hasNext() {
            meanwhile.run();
            if (cancelled) {
                throw new CancellationException("The reading was cancelled");
            }
            throw new IllegalStateException("Nothing wakes the thread that reads");
        }

        @Override
        public String next() {
            throw new AssertionError("There is nothing");
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private final class Subscriber implements Flow.Subscriber<String> {

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            newSubscription.request(1);
        }

        @Override
        public void onNext(String item) {
            throw new AssertionError("There is nothing");
        }

        @Override
        public void onError(Throwable throwable) {
            errors.add(throwable);
        }

        @Override
        public void onComplete() {
            throw new AssertionError("It is not complete");
        }
    }

    private void request(long n) {
        Flow.Subscription current = subscription;
        if (current != null) {
            current.request(n);
        }
    }

    @Test
    void aRequestForNothingEndsAReadingThatBlocks() {
        new PullPublisher<>(() -> new Blocking(() -> request(0)), Runnable::run).subscribe(new Subscriber());
        assertThat(errors).singleElement().isInstanceOf(IllegalArgumentException.class);
        assertThat(closed).isEqualTo(1);
    }
}
