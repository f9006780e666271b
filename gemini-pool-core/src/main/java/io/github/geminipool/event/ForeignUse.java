package io.github.geminipool.event;

/**
 * Somebody else uses a project: Gemini refused a request because of a per-minute quota, of which this pool and all replicas that
 * share its store had used less than half. It may be another application, a replica without the store, or somebody with a stolen key.
 *
 * @param project name of the project
 * @param model the model
 * @param unit what the quota counts
 * @param limit the project's limit per minute
 * @param own what the pool and its replicas have used in the last minute
 * @param foreign estimate of what others have used in the last minute: at least the rest of the limit
 */
public record ForeignUse(String project, String model, Unit unit, long limit, long own, long foreign) {

    /** The unit of a quota. */
    public enum Unit {
        /** Requests. */
        REQUESTS,
        /** Prompt tokens. */
        TOKENS
    }
}
