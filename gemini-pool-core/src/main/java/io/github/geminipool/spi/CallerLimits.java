package io.github.geminipool.spi;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of one caller may take of a pool; if it has a {@link SharedStore}, of those of all replicas together, other than
 * {@code concurrency}. What exceeds it waits in turn, or is refused. Immutable.
 *
 * @param name the caller's name; {@code *} for each caller that has no limits of its own. Calls that name no caller have none
 * @param requestsPerMinute maximum number of calls in any sixty seconds; null for no limit
 * @param tokensPerMinute maximum number of their prompts' tokens in any sixty seconds; null for no limit
 * @param requestsPerDay maximum number of calls from midnight to midnight Pacific time; null for no limit
 * @param concurrency maximum number of calls that run at the same time in this process; null for no limit
 * @param priority how urgent its calls are if they don't say; null for that of the kind of call
 * @param projects the projects whose keys its calls may use, unless they name keys themselves; empty for all
 * @param models the models that its calls may use; empty for all
 */
public record CallerLimits(
        String name,
        @Nullable Integer requestsPerMinute,
        @Nullable Integer tokensPerMinute,
        @Nullable Integer requestsPerDay,
        @Nullable Integer concurrency,
        @Nullable Priority priority,
        Set<String> projects,
        Set<String> models) {

    /** The name that stands for each caller without limits of its own. */
    public static final String OTHERS = "*";

    /**
     * Validates the components.
     *
     * @throws IllegalArgumentException if the name is blank or a number is less than 1
     */
    public CallerLimits {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank");
        }
        projects = Set.copyOf(projects);
        models = Set.copyOf(models);
        positive("requestsPerMinute", requestsPerMinute);
        positive("tokensPerMinute", tokensPerMinute);
        positive("requestsPerDay", requestsPerDay);
        positive("concurrency", concurrency);
    }

    private static void positive(String what, @Nullable Integer number) {
        if (number != null && number < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, but is " + number);
        }
    }

    /** Returns whether anything limits how much its calls use, other than how many run at the same time. */
    public boolean countsUse() {
        return requestsPerMinute != null || tokensPerMinute != null || requestsPerDay != null;
    }

    /** Returns a caller's limits that limit nothing. */
    public static CallerLimits of(String name) {
        return new CallerLimits(name, null, null, null, null, null, Set.of(), Set.of());
    }

    /** Returns a copy with another maximum number of calls per minute; null for no limit. */
    public CallerLimits withRequestsPerMinute(@Nullable Integer number) {
        return new CallerLimits(name, number, tokensPerMinute, requestsPerDay, concurrency, priority, projects, models);
    }

    /** Returns a copy with another maximum number of tokens per minute; null for no limit. */
    public CallerLimits withTokensPerMinute(@Nullable Integer number) {
        return new CallerLimits(
                name, requestsPerMinute, number, requestsPerDay, concurrency, priority, projects, models);
    }

    /** Returns a copy with another maximum number of calls per day; null for no limit. */
    public CallerLimits withRequestsPerDay(@Nullable Integer number) {
        return new CallerLimits(
                name, requestsPerMinute, tokensPerMinute, number, concurrency, priority, projects, models);
    }

    /** Returns a copy with another maximum number of calls at the same time; null for no limit. */
    public CallerLimits withConcurrency(@Nullable Integer number) {
        return new CallerLimits(
                name, requestsPerMinute, tokensPerMinute, requestsPerDay, number, priority, projects, models);
    }

    /** Returns a copy with another priority; null for that of the kind of call. */
    public CallerLimits withPriority(@Nullable Priority newPriority) {
        return new CallerLimits(
                name, requestsPerMinute, tokensPerMinute, requestsPerDay, concurrency, newPriority, projects, models);
    }

    /** Returns a copy with other projects. */
    public CallerLimits withProjects(Set<String> newProjects) {
        return new CallerLimits(
                name, requestsPerMinute, tokensPerMinute, requestsPerDay, concurrency, priority, newProjects, models);
    }

    /** Returns a copy with other models. */
    public CallerLimits withModels(Set<String> newModels) {
        return new CallerLimits(
                name, requestsPerMinute, tokensPerMinute, requestsPerDay, concurrency, priority, projects, newModels);
    }
}
