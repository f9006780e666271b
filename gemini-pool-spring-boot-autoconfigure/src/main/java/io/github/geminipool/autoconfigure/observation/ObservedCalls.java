package io.github.geminipool.autoconfigure.observation;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallOrigin;
import io.github.geminipool.spi.CallTrace;
import io.github.geminipool.spi.CallTracer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Observes each call as a child of the caller's observation, and each attempt as a child of its call. */
final class ObservedCalls implements CallTracer {

    private final ObservationRegistry registry;
    private final GeminiCallConvention callConvention;
    private final GeminiAttemptConvention attemptConvention;

    ObservedCalls(
            ObservationRegistry registry,
            GeminiCallConvention callConvention,
            GeminiAttemptConvention attemptConvention) {
        this.registry = registry;
        this.callConvention = callConvention;
        this.attemptConvention = attemptConvention;
    }

    @Override
    public CallOrigin origin() {
        Observation parent = registry.getCurrentObservation();
        return () -> new Trace(parent);
    }

    private final class Trace implements CallTrace {

        private final GeminiCallContext context = new GeminiCallContext();
        private final Observation call;

        /** Counts the call itself and its running attempt; the observation stops when both have ended. */
        private final AtomicInteger running = new AtomicInteger(1);

        private volatile @Nullable Attempt attempt;

        Trace(@Nullable Observation parent) {
            call = Observation.createNotStarted(callConvention, () -> context, registry)
                    .parentObservation(parent)
                    .start();
        }

        @Override
        public void asks(CallFacts facts) {
            context.facts(facts);
        }

        @Override
        public void attemptStarted(AttemptStarted event) {
            running.incrementAndGet();
            attempt = new Attempt(call, context.facts(), event);
        }

        @Override
        public void attemptEnded(AttemptEnded event) {
            context.attemptEnded(event);
            Attempt ended = attempt;
            if (ended != null) {
                ended.stop(event);
            }
            stopIfLast();
        }

        @Override
        public void ended(CallEnded event) {
            context.ended(event);
            stopIfLast();
        }

        private void stopIfLast() {
            if (running.decrementAndGet() == 0) {
                AttemptEnded last = context.lastAttempt();
                String type = DefaultGeminiCallConvention.errorType(context);
                if (type != null) {
                    Failure failure = last == null ? null : last.failure();
                    fail(call, failure, "The call ended without a response: " + type);
                }
                call.stop();
            }
        }
    }

    private final class Attempt {

        private final GeminiAttemptContext context;
        private final Observation observation;

        Attempt(Observation call, @Nullable CallFacts facts, AttemptStarted start) {
            context = new GeminiAttemptContext(facts, start);
            observation = Observation.createNotStarted(attemptConvention, () -> context, registry)
                    .parentObservation(call)
                    .start();
        }

        void stop(AttemptEnded end) {
            context.ended(end);
            if (end.failure() != null) {
                fail(observation, end.failure(), "");
            }
            observation.stop();
        }
    }

    /** Records an error, unless the caller cancelled the call. */
    private static void fail(Observation observation, @Nullable Failure failure, String otherwise) {
        if (failure == null) {
            observation.error(new ObservedFailure(otherwise));
        } else if (failure.kind() != FailureKind.CANCELLED) {
            observation.error(new ObservedFailure(failure.reason()));
        }
    }
}
