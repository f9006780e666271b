package io.github.geminipool.internal.event;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallOrigin;
import io.github.geminipool.spi.CallTrace;
import io.github.geminipool.spi.CallTracer;
import org.slf4j.LoggerFactory;

/** Passes everything to an application's tracer. What the tracer throws does not reach the call. Thread-safe. */
public final class GuardedTracer implements CallTracer {

    private static final CallTrace NO_TRACE = new CallTrace() {};
    private static final CallOrigin NO_ORIGIN = () -> NO_TRACE;

    private final CallTracer tracer;
    private final FailureGuard guard;

    /** Guards a tracer. */
    public GuardedTracer(CallTracer tracer) {
        this.tracer = tracer;
        this.guard = new FailureGuard(LoggerFactory.getLogger(CallTracer.class), "tracer", tracer);
    }

    @Override
    public CallOrigin origin() {
        try {
            CallOrigin origin = tracer.origin();
            return () -> trace(origin);
        } catch (Throwable e) {
            guard.failed(e);
            return NO_ORIGIN;
        }
    }

    private CallTrace trace(CallOrigin origin) {
        try {
            return new GuardedTrace(guard, origin.callStarted());
        } catch (Throwable e) {
            guard.failed(e);
            return NO_TRACE;
        }
    }

    private record GuardedTrace(FailureGuard guard, CallTrace trace) implements CallTrace {

        @Override
        public void asks(CallFacts facts) {
            guard.call(CallTrace::asks, trace, facts);
        }

        @Override
        public void attemptStarted(AttemptStarted event) {
            guard.call(CallTrace::attemptStarted, trace, event);
        }

        @Override
        public void attemptEnded(AttemptEnded event) {
            guard.call(CallTrace::attemptEnded, trace, event);
        }

        @Override
        public void ended(CallEnded event) {
            guard.call(CallTrace::ended, trace, event);
        }
    }
}
