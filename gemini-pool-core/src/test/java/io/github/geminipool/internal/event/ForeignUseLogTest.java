package io.github.geminipool.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.github.geminipool.event.ForeignUse;
import io.github.geminipool.testing.LoggedEvents;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ForeignUseLogTest {

    @RegisterExtension
    final LoggedEvents logged = new LoggedEvents("io.github.geminipool.projects");

    private long nanos;
    private final ForeignUseLog log = new ForeignUseLog(() -> nanos);

    private void found(String project) {
        log.foreignUse(new ForeignUse(project, "m", ForeignUse.Unit.REQUESTS, 60, 3, 57));
    }

    @Test
    void eachProjectIsWarnedOfOnceAnHour() {
        found("p");
        found("p");
        found("other");
        nanos += Duration.ofMinutes(59).toNanos();
        found("p");
        assertThat(logged.list()).hasSize(2);

        nanos += Duration.ofMinutes(1).toNanos();
        found("p");
        assertThat(logged.list()).hasSize(3).allMatch(line -> line.getLevel() == Level.WARN);
        assertThat(logged.list().get(0).getFormattedMessage())
                .contains("project 'p'", "limit of 60 requests a minute", "have used 3,", "about 57");
    }
}
