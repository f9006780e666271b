package io.github.geminipool.samples.gateway;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.CallOrigin;
import io.github.geminipool.spi.CallTrace;
import io.github.geminipool.spi.CallTracer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;

/** Reports for single calls which key served them, and after how many attempts. Wraps the tracer that observes calls. */
@Component
class CallReports implements BeanPostProcessor {

    /** The report of a call. Thread-safe. */
    static final class Report {

        private final AtomicInteger attempts = new AtomicInteger();
        private volatile @Nullable String key;

        int attempts() {
            return attempts.get();
        }

        /** Returns the name of the last attempt's key; null if there was none. */
        @Nullable
        String key() {
            return key;
        }

        private void started(String name) {
            key = name;
            attempts.incrementAndGet();
        }
    }

    @SuppressWarnings("ThreadLocalUsage") // The pool asks for a call's tracer on the thread that makes the call.
    private final ThreadLocal<@Nullable Report> current = new ThreadLocal<>();

    /** Makes a call that fills in the report. */
    Call reported(Report report, Supplier<Call> call) {
        current.set(report);
        try {
            return call.get();
        } finally {
            current.remove();
        }
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof CallTracer tracer ? (CallTracer) () -> origin(tracer.origin()) : bean;
    }

    private CallOrigin origin(CallOrigin origin) {
        Report report = current.get();
        return report == null ? origin : () -> new ReportedTrace(origin.callStarted(), report);
    }

    private record ReportedTrace(CallTrace trace, Report report) implements CallTrace {

        @Override
        public void asks(CallFacts facts) {
            trace.asks(facts);
        }

        @Override
        public void attemptStarted(AttemptStarted event) {
            report.started(event.key());
            trace.attemptStarted(event);
        }

        @Override
        public void attemptEnded(AttemptEnded event) {
            trace.attemptEnded(event);
        }

        @Override
        public void ended(CallEnded event) {
            trace.ended(event);
        }
    }
}
