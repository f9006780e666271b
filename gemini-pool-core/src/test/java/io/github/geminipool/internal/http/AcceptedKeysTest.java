package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.call.AcceptedKeys;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.pool.Lease;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AcceptedKeysTest {

    private static final Scope SCOPE = new Scope.ProjectModel("p1", MODEL);

    private final CallFixture pool = CallFixture.ofKeys(2);
    private final AcceptedKeys accepted = new AcceptedKeys(KeyFilter.ANY);

    private static Failure failure(FailureKind kind) {
        return new Failure(kind, SCOPE, null, false, 400, "a test");
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void avoidsWhatIsRejectedButNotWhatComesBackWhileTheCallWaits(FailureKind kind) {
        accepted.avoid(failure(kind));
        boolean isRejected = switch (kind) {
            case DAILY_QUOTA_EXHAUSTED, NOT_ENTITLED, BILLING, KEY_REJECTED, PROJECT_REJECTED -> true;
            default -> false;
        };
        assertThat(accepted.filter().avoided().contains(SCOPE)).isEqualTo(isRejected);
    }

    @Test
    void onlyTheNextAttemptGoesElsewhere() {
        Lease lease = pool.lease();
        accepted.failed(failure(FailureKind.OVERLOADED), lease, pool.pool());
        accepted.preferElsewhere();
        assertThat(accepted.takeNext(pool.pool()).avoided())
                .containsExactly(new Scope.ProjectModel(lease.project(), MODEL));
        assertThat(accepted.takeNext(pool.pool())).isEqualTo(KeyFilter.ANY);
    }

    @Test
    void isBoundToAnOwnerOnce() {
        assertThat(accepted.bindTo("p2", pool.pool())).isTrue();
        assertThat(accepted.isBoundToOwner()).isTrue();
        assertThat(accepted.filter().boundProject()).isEqualTo("p2");
        assertThat(accepted.bindTo("p1", pool.pool())).isFalse();
        assertThat(accepted.filter().boundProject()).isEqualTo("p2");
    }

    @Test
    void isNotBoundToAProjectWithoutAKey() {
        assertThat(accepted.bindTo("p9", pool.pool())).isFalse();
        assertThat(accepted.filter()).isEqualTo(KeyFilter.ANY);
    }

    @Test
    void anotherModelForgetsOnlyWhatConcernsTheModel() {
        accepted.avoid(failure(FailureKind.NOT_ENTITLED));
        Failure key = new Failure(FailureKind.KEY_REJECTED, new Scope.Key("k1"), null, false, 400, "a test");
        accepted.avoid(key);
        accepted.changeModel();
        assertThat(accepted.filter().avoided()).containsExactly(key.scope());
    }
}
