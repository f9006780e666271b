package io.github.geminipool.internal.shared;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.testing.LoggedEvents;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Replicas that have a key in different projects are told: they do not share its quotas. */
class ProjectsOfKeysTest extends ReplicasFixture {

    @RegisterExtension
    final LoggedEvents logged = new LoggedEvents("io.github.geminipool.projects");

    @Test
    void aKeyInAnotherProjectIsWarnedOfOnce() {
        replica("one");
        replica("two", List.of(ApiKey.of(OTHER_SECRET).named("y").inProject("store")));
        replica("three", List.of(ApiKey.of(OTHER_SECRET).named("z")));
        time.advance(Duration.ofMinutes(10));

        assertThat(logged.list())
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.contains("'b'"))
                .singleElement()
                .asString()
                .startsWith("Key 'b' belongs to project 'shop' here, but to project 'store' at replica two:");
        assertThat(logged.list())
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.contains("'z'"))
                .singleElement()
                .asString()
                .startsWith("Key 'z' belongs to no project here, but to project");
        assertThat(store.texts()).isNotEmpty().noneMatch(text -> text.contains("'"));
    }

    @Test
    void whoAgreesIsNotWarnedOf() {
        replica("one");
        replica("two", keys("x", "y"));
        store.flush();
        time.advance(Duration.ofMinutes(10));
        assertThat(logged.list()).isEmpty();
        assertThat(store.facts(FactKind.PROJECT_OF_KEY)).hasSize(2);
    }

    @Test
    void aKeyThatIsAddedLaterIsToldToo() {
        replica("one");
        Replica two = replica("two", List.of(ApiKey.of(SECRET).named("x")));
        two.ring.add(ApiKey.of(OTHER_SECRET).named("y").inProject("store"));
        two.facts.keysChanged();
        time.advance(SECOND);
        assertThat(logged.list())
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.startsWith("Key 'b' belongs to project 'shop' here, but to project 'store'"));
    }
}
