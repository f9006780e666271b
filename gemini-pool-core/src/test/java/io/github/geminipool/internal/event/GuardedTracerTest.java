package io.github.geminipool.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.CallEnded;
import io.github.geminipool.spi.CallOrigin;
import io.github.geminipool.spi.CallTrace;
import io.github.geminipool.spi.CallTracer;
import io.github.geminipool.testing.LoggedEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GuardedTracerTest {

    private static final CallEnded ENDED =
            new CallEnded("m", CallEnded.Outcome.SUCCESS, 1, Duration.ZERO, Duration.ZERO);

    @RegisterExtension
    final LoggedEvents logged = new LoggedEvents(CallTracer.class);

    private static void traceACall(CallTracer tracer) {
        new GuardedTracer(tracer).origin().callStarted().ended(ENDED);
    }

    @Test
    void passesEventsToTheTrace() {
        List<CallEnded> received = new ArrayList<>();

        traceACall(() -> () -> new CallTrace() {
            @Override
            public void ended(CallEnded event) {
                received.add(event);
            }
        });

        assertThat(received).containsExactly(ENDED);
        assertThat(logged.list()).isEmpty();
    }

    @Test
    void ignoresFailuresOfTheTracer() {
        traceACall(() -> {
            throw new IllegalStateException("intended");
        });

        assertThat(logged.list()).hasSize(1);
    }

    @Test
    void ignoresFailuresOfTheOrigin() {
        traceACall(() -> () -> {
            throw new IllegalStateException("intended");
        });

        assertThat(logged.list()).hasSize(1);
    }

    @Test
    void logsTheFirstFailureOfATrace() {
        CallTracer tracer = () -> () -> new CallTrace() {
            @Override
            public void ended(CallEnded event) {
                throw new IllegalStateException("intended");
            }
        };
        CallOrigin origin = new GuardedTracer(tracer).origin();

        origin.callStarted().ended(ENDED);
        origin.callStarted().ended(ENDED);

        assertThat(logged.list())
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage()).contains("The pool's tracer", "failed"));
    }
}
