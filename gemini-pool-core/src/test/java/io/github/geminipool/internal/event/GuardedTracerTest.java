package io.github.geminipool.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.spi.CallOrigin;
import io.github.geminipool.spi.CallTrace;
import io.github.geminipool.spi.CallTracer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class GuardedTracerTest {

    private static final CallEnded ENDED =
            new CallEnded("m", CallEnded.Outcome.SUCCESS, 1, Duration.ZERO, Duration.ZERO);

    private final Logger logger = (Logger) LoggerFactory.getLogger(CallTracer.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void captureLog() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void releaseLog() {
        logger.detachAppender(logged);
    }

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
        assertThat(logged.list).isEmpty();
    }

    @Test
    void ignoresFailuresOfTheTracer() {
        traceACall(() -> {
            throw new IllegalStateException("intended");
        });

        assertThat(logged.list).hasSize(1);
    }

    @Test
    void ignoresFailuresOfTheOrigin() {
        traceACall(() -> () -> {
            throw new IllegalStateException("intended");
        });

        assertThat(logged.list).hasSize(1);
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

        assertThat(logged.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage()).contains("The pool's tracer", "failed"));
    }
}
