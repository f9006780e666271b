package io.github.geminipool.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A limit per project and model. Without a {@link #project(String) project} or {@link #model(String) model}, it applies to
 * each project or model separately. Immutable.
 *
 * @param unit what is counted, and in which window
 * @param limit maximum per window; 0 means that the model is not in the project's plan
 * @param project the project it applies to; null for each project
 * @param model the model it applies to; null for each model
 * @param fixed whether minutes are clock minutes rather than rolling 60-second windows
 * @param tier the tier that errors name; null for that of the project
 */
public record Quota(
        Unit unit,
        long limit,
        @Nullable String project,
        @Nullable String model,
        boolean fixed,
        @Nullable UsageTier tier) {

    /** What a quota counts. */
    public enum Unit {
        /** Requests per minute; each text of a batch of embeddings is one. */
        REQUESTS_PER_MINUTE,
        /** Input tokens per minute. */
        INPUT_TOKENS_PER_MINUTE,
        /** Requests since midnight in Los Angeles; each text of a batch of embeddings is one. */
        REQUESTS_PER_DAY
    }

    /** Validates the limit. */
    public Quota {
        if (limit < 0) {
            throw new IllegalArgumentException("limit must not be negative: " + limit);
        }
    }

    /**
     * Returns a quota of requests per minute.
     *
     * @param limit maximum per rolling 60 seconds, 0 or more
     * @return the quota, for each project and model
     */
    public static Quota requestsPerMinute(long limit) {
        return new Quota(Unit.REQUESTS_PER_MINUTE, limit, null, null, false, null);
    }

    /**
     * Returns a quota of input tokens per minute.
     *
     * @param limit maximum per rolling 60 seconds, 0 or more
     * @return the quota, for each project and model
     */
    public static Quota inputTokensPerMinute(long limit) {
        return new Quota(Unit.INPUT_TOKENS_PER_MINUTE, limit, null, null, false, null);
    }

    /**
     * Returns a quota of requests per day, from midnight to midnight in Los Angeles.
     *
     * @param limit maximum per day, 0 or more
     * @return the quota, for each project and model
     */
    public static Quota requestsPerDay(long limit) {
        return new Quota(Unit.REQUESTS_PER_DAY, limit, null, null, false, null);
    }

    /**
     * Returns this quota for one project only.
     *
     * @param name the project
     * @return a new quota
     */
    public Quota project(String name) {
        return new Quota(unit, limit, name, model, fixed, tier);
    }

    /**
     * Returns this quota for one model only.
     *
     * @param name the model's name without {@code models/}
     * @return a new quota
     */
    public Quota model(String name) {
        return new Quota(unit, limit, project, name, fixed, tier);
    }

    /**
     * Returns this quota with clock minutes: the full limit is available again when a minute starts.
     *
     * @return a new quota
     */
    public Quota fixedWindow() {
        return new Quota(unit, limit, project, model, true, tier);
    }

    /**
     * Returns this quota as one of a tier; only the names in errors differ. Default: the tier of the project.
     *
     * @param named the tier
     * @return a new quota
     */
    public Quota tier(UsageTier named) {
        return new Quota(unit, limit, project, model, fixed, named);
    }

    /**
     * Returns whether this quota applies to a project and model.
     *
     * @param itsProject the project
     * @param itsModel the model's name without {@code models/}
     * @return whether it applies
     */
    public boolean holdsFor(String itsProject, String itsModel) {
        return (project == null || project.equals(itsProject)) && (model == null || model.equals(itsModel));
    }
}
