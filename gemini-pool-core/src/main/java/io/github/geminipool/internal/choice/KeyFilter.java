package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.KeyChoice;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a lease request accepts.
 *
 * @param choice the caller's choice
 * @param boundProject the project that owns a resource that the call names; null if it names none
 * @param avoided the scopes that have rejected this call and are not tried again
 * @param use the use of the request, if keys may differ by use; null for the usual use of the model
 */
public record KeyFilter(
        KeyChoice choice,
        @Nullable String boundProject,
        Set<Scope> avoided,
        @Nullable Use use) implements Predicate<KeyHealth> {

    /** Accepts every key. */
    public static final KeyFilter ANY = new KeyFilter(KeyChoice.ANY, null, Set.of());

    /** Returns the filter of a call that has not been rejected yet. */
    public static KeyFilter of(KeyChoice choice, @Nullable String boundProject) {
        return boundProject == null && choice.equals(KeyChoice.ANY)
                ? ANY
                : new KeyFilter(choice, boundProject, Set.of());
    }

    /** Creates a filter for the usual use. */
    public KeyFilter(KeyChoice choice, @Nullable String boundProject, Set<Scope> avoided) {
        this(choice, boundProject, avoided, null);
    }

    /** Returns the same filter for a use. */
    public KeyFilter forUse(@Nullable Use other) {
        return use == other ? this : new KeyFilter(choice, boundProject, avoided, other);
    }

    /** Returns this filter, restricted to the keys of one project. */
    public KeyFilter ofProject(String project) {
        return new KeyFilter(choice, project, avoided, use);
    }

    /** Returns this filter, but without a preferred project. */
    public KeyFilter withoutPreference() {
        return new KeyFilter(choice.withPreferredProject(null), boundProject, avoided, use);
    }

    /** Returns this filter, but without the keys of a scope. */
    public KeyFilter avoiding(Scope scope) {
        Set<Scope> more = new HashSet<>(avoided);
        more.add(scope);
        return new KeyFilter(choice, boundProject, Set.copyOf(more), use);
    }

    /** Returns the same filter without the scopes that have rejected the call. */
    public KeyFilter afresh() {
        return avoided.isEmpty() ? this : new KeyFilter(choice, boundProject, Set.of(), use);
    }

    /** Returns the filter for another model: rejections of a project for the previous model no longer count. */
    public KeyFilter forAnotherModel() {
        return avoided.stream().noneMatch(Scope.ProjectModel.class::isInstance)
                ? this
                : new KeyFilter(
                        choice,
                        boundProject,
                        avoided.stream()
                                .filter(scope -> !(scope instanceof Scope.ProjectModel))
                                .collect(Collectors.toUnmodifiableSet()),
                        use);
    }

    /** Describes in words which keys are accepted, apart from the call's rejections. */
    public String inWords() {
        return boundProject == null
                ? choice.toString()
                : "only project '" + boundProject + "', which owns a resource that it names"
                        + (choice.equals(KeyChoice.ANY) ? "" : ", " + choice);
    }

    /** Returns whether every key is accepted, so that all requests with such a filter are interchangeable. */
    public boolean isPlain() {
        return boundProject == null && avoided.isEmpty() && use == null && choice.isUnrestricted();
    }

    /** Returns whether the accepted keys or projects are listed by name, so that no others need to be examined. */
    public boolean namesKeys() {
        return boundProject != null || choice.namesKeys();
    }

    /** Returns whether a key is accepted, usable or not. */
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

    @Override
    public boolean test(KeyHealth key) {
        return accepts(key);
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
