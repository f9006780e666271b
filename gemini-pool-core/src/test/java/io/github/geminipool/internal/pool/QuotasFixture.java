package io.github.geminipool.internal.pool;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.SelectionStrategy;
import java.time.Duration;
import java.util.List;

/** Pools of projects with quotas, and a refusal for quota. */
abstract class QuotasFixture {

    static final Duration LONG = Duration.ofMinutes(5);

    static PoolFixture pool(int size, Limits limits, Project... projects) {
        return new PoolFixture(size, SelectionStrategy.of(Selection.ROUND_ROBIN), List.of(projects), limits);
    }

    static Failure rateLimited(PoolFixture fixture, Lease lease, Duration wait) {
        Scope scope = new Scope.ProjectModel(lease.project(), lease.model());
        return new Failure(FailureKind.RATE_LIMITED, scope, fixture.time.now().plus(wait), false, 429, "refused");
    }
}
