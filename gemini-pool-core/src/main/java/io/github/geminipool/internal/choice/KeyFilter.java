package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.spi.KeyChoice;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a request accepts.
 *
 * @param choice what the caller chose
 * @param boundProject the project that the call is bound to by what it names, or null
 * @param avoided what this call has been rejected by and does not try twice
 */
public record KeyFilter(KeyChoice choice, @Nullable String boundProject, Set<Scope> avoided) {

    /** Accepts every key. */
    public static final KeyFilter ANY = new KeyFilter(KeyChoice.ANY, null, Set.of());

    public static KeyFilter of(KeyChoice choice, @Nullable String boundProject) {
        return boundProject == null && choice.equals(KeyChoice.ANY)
                ? ANY
                : new KeyFilter(choice, boundProject, Set.of());
    }

    public KeyFilter avoiding(Scope scope) {
        Set<Scope> more = new HashSet<>(avoided);
        more.add(scope);
        return new KeyFilter(choice, boundProject, Set.copyOf(more));
    }

    /** The same filter for another call, which has not been rejected by anything yet. */
    public KeyFilter afresh() {
        return avoided.isEmpty() ? this : new KeyFilter(choice, boundProject, Set.of());
    }

    /** The same filter for another model: of what the call has been rejected by, what concerns the old one is dropped. */
    public KeyFilter forAnotherModel() {
        return avoided.stream().noneMatch(Scope.ProjectModel.class::isInstance)
                ? this
                : new KeyFilter(
                        choice,
                        boundProject,
                        avoided.stream()
                                .filter(scope -> !(scope instanceof Scope.ProjectModel))
                                .collect(Collectors.toUnmodifiableSet()));
    }

    /** What it accepts, but for what the call has been rejected by. */
    public String inWords() {
        return boundProject == null
                ? choice.toString()
                : "only project '" + boundProject + "', which owns what it names"
                        + (choice.equals(KeyChoice.ANY) ? "" : ", " + choice);
    }

    /** Whether it accepts every key: then all requests with it fare alike. */
    public boolean isPlain() {
        return boundProject == null && avoided.isEmpty() && choice.isUnrestricted();
    }

    /** Whether it names the keys or projects that it accepts, so that no others need to be looked at. */
    public boolean namesKeys() {
        return boundProject != null || choice.namesKeys();
    }

    public boolean accepts(KeyHealth key) {
        if (isPlain()) {
            return true;
        }
        String project = key.project().name();
        if ((boundProject != null && !boundProject.equals(project)) || !choice.accepts(key.name(), project)) {
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
