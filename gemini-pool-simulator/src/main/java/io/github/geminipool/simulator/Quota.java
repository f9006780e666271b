package io.github.geminipool.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A limit of one project for one model. Without a {@link #project(String) project} or a {@link #model(String) model} it
 * holds for each project or each model by itself. Immutable.
 *
 * @param unit what is counted, in which window
 * @param limit the most that a window admits; 0 is Google's "this model is not in your plan"
 * @param project null: each project
 * @param model null: each model
 * @param fixed whether minutes are those of the clock, instead of the last 60 seconds at any moment
 * @param paid whether refusals name the paid tier's metrics instead of the free tier's
 */
public record Quota(
        Unit unit,
        long limit,
        @Nullable String project,
        @Nullable String model,
        boolean fixed,
        boolean paid) {

    /** What a quota counts. */
    public enum Unit {
        /** Requests in a minute. */
        REQUESTS_PER_MINUTE,
        /** Tokens of prompts in a minute. */
        INPUT_TOKENS_PER_MINUTE,
        /** Requests since midnight in Los Angeles. */
        REQUESTS_PER_DAY
    }

    /** Checks the limit. */
    public Quota {
        if (limit < 0) {
            throw new IllegalArgumentException("A limit must not be negative: " + limit);
        }
    }

    /**
     * So many requests in any 60 seconds.
     *
     * @param limit 0 or more
     * @return the quota, of each project and model
     */
    public static Quota requestsPerMinute(long limit) {
        return new Quota(Unit.REQUESTS_PER_MINUTE, limit, null, null, false, false);
    }

    /**
     * So many tokens of prompts in any 60 seconds.
     *
     * @param limit 0 or more
     * @return the quota, of each project and model
     */
    public static Quota inputTokensPerMinute(long limit) {
        return new Quota(Unit.INPUT_TOKENS_PER_MINUTE, limit, null, null, false, false);
    }

    /**
     * So many requests from midnight to midnight in Los Angeles.
     *
     * @param limit 0 or more
     * @return the quota, of each project and model
     */
    public static Quota requestsPerDay(long limit) {
        return new Quota(Unit.REQUESTS_PER_DAY, limit, null, null, false, false);
    }

    /**
     * The same for one project only.
     *
     * @param name the project
     * @return a new quota
     */
    public Quota project(String name) {
        return new Quota(unit, limit, name, model, fixed, paid);
    }

    /**
     * The same for one model only.
     *
     * @param name the model, without {@code models/}
     * @return a new quota
     */
    public Quota model(String name) {
        return new Quota(unit, limit, project, name, fixed, paid);
    }

    /**
     * The same with minutes of the clock: all room comes back at once when a minute begins.
     *
     * @return a new quota
     */
    public Quota fixedWindow() {
        return new Quota(unit, limit, project, model, true, paid);
    }

    /**
     * The same as a quota of the paid tier: only the names in refusals differ.
     *
     * @return a new quota
     */
    public Quota paidTier() {
        return new Quota(unit, limit, project, model, fixed, true);
    }

    /**
     * Whether it limits this project and model.
     *
     * @param itsProject the project
     * @param itsModel the model, without {@code models/}
     * @return whether it holds for them
     */
    public boolean holdsFor(String itsProject, String itsModel) {
        return (project == null || project.equals(itsProject)) && (model == null || model.equals(itsModel));
    }
}
