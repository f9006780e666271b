package io.github.geminipool.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.HealthSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The health of one key in virtual time, for the tests that extend this. */
abstract class HealthFixture {

    static final Scope KEY = new Scope.Key("k1");
    static final Scope PROJECT = new Scope.Project("p");

    /** No other attempt is in flight, and there is another project. */
    static final PeerView ALONE = new Peers(0, 2);

    final VirtualTime time = new VirtualTime();
    final Exclusions exclusions = new Exclusions();
    final KeyRing ring = new KeyRing(
            List.of(ApiKey.of("secret").named("k1").inProject("p")),
            Map.of("p", new Project("p", "b", 0, 1)),
            exclusions,
            HealthSettings.DEFAULTS);
    final KeyHealth key = ring.keys().get(0);
    final Health health = health(ring);
    final Outage model = health.ofModel("m", true);
    final AttemptSubject subject = new AttemptSubject(key, model, List.of());

    /** The other attempts and projects at the time of a failure. */
    record Peers(int inFlight, int usableProjects) implements PeerView {

        @Override
        public int projects(int enough) {
            return Math.min(enough, usableProjects);
        }

        @Override
        public int projectsLeft(int enough) {
            return projects(enough);
        }
    }

    final Health health(KeyRing of) {
        return new Health(exclusions, time.clock(), of, HealthSettings.DEFAULTS, Duration.ofMinutes(5));
    }

    /** Keys k0, k1, …, each in a project of its own. */
    final KeyRing ringOf(int size) {
        return new KeyRing(
                IntStream.range(0, size)
                        .mapToObj(i -> ApiKey.of("s" + i).named("k" + i).inProject("p" + i))
                        .toList(),
                Map.of(),
                exclusions,
                HealthSettings.DEFAULTS);
    }

    static Failure failure(FailureKind kind, Scope scope, @Nullable Instant until, boolean lasting) {
        return new Failure(kind, scope, until, lasting, 400, "a test");
    }

    static Exclusion present(@Nullable Exclusion exclusion) {
        assertThat(exclusion).as("exclusion").isNotNull();
        return Objects.requireNonNull(exclusion);
    }

    /** Lets an attempt fail; returns the new exclusion, or null. */
    final @Nullable Exclusion failed(AttemptSubject which, Failure failure) {
        List<Exclusion> excluded =
                health.failed(which, failure, 0, ALONE, now()).excluded();
        assertThat(excluded).hasSizeLessThan(2);
        return excluded.isEmpty() ? null : excluded.get(0);
    }

    final @Nullable Exclusion fails(FailureKind kind, Scope scope) {
        return failed(subject, failure(kind, scope, null, false));
    }

    final @Nullable Exclusion failsUntil(Duration fromNow) {
        return failed(subject, failure(FailureKind.RATE_LIMITED, KEY, time.now().plus(fromNow), false));
    }

    final long now() {
        return time.clock().nanos();
    }

    final Duration pauseOfKey() {
        Exclusion exclusion = key.ownCell().at(now());
        return exclusion == null ? Duration.ZERO : Duration.ofNanos(exclusion.untilNanos() - now());
    }
}
