package io.github.geminipool.internal.pool;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.KeyHealth;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a wish accepts.
 *
 * @param onlyProject the project that the call is bound to, or null
 * @param avoided what this call has been rejected by and does not try twice
 */
public record KeyFilter(@Nullable String onlyProject, Set<Scope> avoided) {

    /** Accepts every key. */
    public static final KeyFilter ANY = new KeyFilter(null, Set.of());

    public static KeyFilter onlyProject(@Nullable String project) {
        return project == null ? ANY : new KeyFilter(project, Set.of());
    }

    public KeyFilter avoiding(Scope scope) {
        Set<Scope> more = new HashSet<>(avoided);
        more.add(scope);
        return new KeyFilter(onlyProject, Set.copyOf(more));
    }

    /** Whether it accepts every key: then all wishes with it fare alike. */
    boolean isPlain() {
        return onlyProject == null && avoided.isEmpty();
    }

    boolean accepts(KeyHealth key) {
        if (isPlain()) {
            return true;
        }
        if (onlyProject != null && !onlyProject.equals(key.project().name())) {
            return false;
        }
        for (Scope scope : avoided) {
            if (concerns(scope, key)) {
                return false;
            }
        }
        return true;
    }

    private static boolean concerns(Scope scope, KeyHealth key) {
        if (scope instanceof Scope.Key own) {
            return own.key().equals(key.name());
        }
        if (scope instanceof Scope.Project project) {
            return project.project().equals(key.project().name());
        }
        if (scope instanceof Scope.ProjectModel entitled) {
            return entitled.project().equals(key.project().name());
        }
        return scope instanceof Scope.BillingAccount account
                && account.billingAccount().equals(key.project().billingAccount());
    }
}
