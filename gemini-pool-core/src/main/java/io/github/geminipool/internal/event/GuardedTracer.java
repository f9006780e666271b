package io.github.geminipool.internal.event;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallOrigin;
import io.github.geminipool.spi.CallTrace;
import io.github.geminipool.spi.CallTracer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a tracer throws from the calls that it follows. */
public final class GuardedTracer implements CallTracer {

    private static final Logger log = LoggerFactory.getLogger(CallTracer.class);
    private static final CallTrace NO_TRACE = new CallTrace() {};
    private static final CallOrigin NO_ORIGIN = () -> NO_TRACE;

    private final CallTracer tracer;
    private final AtomicBoolean failedBefore = new AtomicBoolean();

    public GuardedTracer(CallTracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public CallOrigin origin() {
        try {
            CallOrigin origin = tracer.origin();
            return () -> trace(origin);
        } catch (Throwable e) {
            failed(e);
            return NO_ORIGIN;
        }
    }

    private CallTrace trace(CallOrigin origin) {
        try {
            return new Guarded(origin.callStarted());
        } catch (Throwable e) {
            failed(e);
            return NO_TRACE;
        }
    }

    private void guarded(Runnable told) {
        try {
            told.run();
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void failed(Throwable e) {
        if (failedBefore.compareAndSet(false, true)) {
            log.warn(
                    "The pool's tracer {} failed; the pool goes on, and further failures of it are not logged",
                    tracer.getClass().getName(),
                    e);
        }
    }

    private final class Guarded implements CallTrace {

        private final CallTrace trace;

        Guarded(CallTrace trace) {
            this.trace = trace;
        }

        @Override
        public void asks(CallFacts facts) {
            guarded(() -> trace.asks(facts));
        }

        @Override
        public void attemptStarted(AttemptStarted event) {
            guarded(() -> trace.attemptStarted(event));
        }

        @Override
        public void attemptEnded(AttemptEnded event) {
            guarded(() -> trace.attemptEnded(event));
        }

        @Override
        public void ended(CallEnded event) {
            guarded(() -> trace.ended(event));
        }
    }
}
