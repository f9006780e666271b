package io.github.geminipool.simulator;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The condition of a {@link Fault}; the last method of a chain sets the action. Immutable: each method returns a new object. */
public final class FaultCondition {
    private final @Nullable String key;
    private final @Nullable String model;
    private final @Nullable Operation operation;
    private final long from;
    private final long to;
    private final double probability;

    FaultCondition(
            @Nullable String key,
            @Nullable String model,
            @Nullable Operation operation,
            long from,
            long to,
            double probability) {
        this.key = key;
        this.model = model;
        this.operation = operation;
        this.from = from;
        this.to = to;
        this.probability = probability;
    }

    /**
     * Matches only requests with this key.
     *
     * @param secret the key's secret
     * @return the narrowed condition
     */
    public FaultCondition key(String secret) {
        return new FaultCondition(secret, model, operation, from, to, probability);
    }

    /**
     * Matches only requests for this model.
     *
     * @param name model name without {@code models/}
     * @return the narrowed condition
     */
    public FaultCondition model(String name) {
        return new FaultCondition(key, name, operation, from, to, probability);
    }

    /**
     * Matches only this operation.
     *
     * @param only the operation
     * @return the narrowed condition
     */
    public FaultCondition operation(Operation only) {
        return new FaultCondition(key, model, only, from, to, probability);
    }

    /**
     * Applies only to the n-th matching request.
     *
     * @param n counted from 1, starting when the rule is added to the simulator
     * @return the narrowed condition
     */
    public FaultCondition nth(long n) {
        return new FaultCondition(key, model, operation, n, n, probability);
    }

    /**
     * Applies only to the first n matching requests.
     *
     * @param n number of requests
     * @return the narrowed condition
     */
    public FaultCondition first(long n) {
        return new FaultCondition(key, model, operation, 1, n, probability);
    }

    /**
     * Applies only after the first n matching requests.
     *
     * @param n number of requests to skip
     * @return the narrowed condition
     */
    public FaultCondition after(long n) {
        return new FaultCondition(key, model, operation, n + 1, Long.MAX_VALUE, probability);
    }

    /**
     * Applies with a probability.
     *
     * @param share 0 (never) to 1 (always)
     * @return the narrowed condition
     */
    public FaultCondition probability(double share) {
        return new FaultCondition(key, model, operation, from, to, share);
    }

    /**
     * Responds with an error and Google's body for it.
     *
     * @param status HTTP status, 400 to 599
     * @return the rule
     */
    public Fault respond(int status) {
        return does(new FaultAction.Status(status));
    }

    /**
     * Responds with a recorded body, with model, key and method filled in.
     *
     * @param name name of the body, such as {@code 429-free-tpm.json}; its first three digits are the status
     * @return the rule
     */
    public Fault wire(String name) {
        return does(new FaultAction.Wire(name));
    }

    /**
     * Responds with JSON.
     *
     * @param status HTTP status
     * @param json the body
     * @return the rule
     */
    public Fault body(int status, String json) {
        return body(status, "application/json; charset=UTF-8", json);
    }

    /**
     * Responds with a custom text.
     *
     * @param status HTTP status
     * @param contentType content type
     * @param text the body
     * @return the rule
     */
    public Fault body(int status, String contentType, String text) {
        return body(status, contentType, text, Map.of());
    }

    /**
     * Responds with a custom text and headers.
     *
     * @param status HTTP status
     * @param contentType content type
     * @param text the body
     * @param headers additional headers, such as {@code Retry-After} or {@code Location}
     * @return the rule
     */
    public Fault body(int status, String contentType, String text, Map<String, String> headers) {
        return does(new FaultAction.Body(status, contentType, text, headers));
    }

    /**
     * Responds with the page that Google's front end sends to suspected bots.
     *
     * @return the rule
     */
    public Fault html() {
        return wire("503-automated-queries.html");
    }

    /**
     * Resets the connection instead of responding.
     *
     * @return the rule
     */
    public Fault reset() {
        return does(new FaultAction.Reset());
    }

    /**
     * Sends the status and headers of a successful response, then resets the connection.
     *
     * @return the rule
     */
    public Fault resetAfterHeaders() {
        return does(new FaultAction.ResetAfterHeaders());
    }

    /**
     * Sends half of a successful response, then closes the connection.
     *
     * @return the rule
     */
    public Fault truncateBody() {
        return does(new FaultAction.TruncateBody());
    }

    /**
     * Closes the connection in the middle of a stream.
     *
     * @param events number of events sent before
     * @return the rule
     */
    public Fault cutStreamAfter(int events) {
        return does(new FaultAction.CutStream(events));
    }

    /**
     * Sends an error inside a stream and ends it.
     *
     * @param events number of events sent before
     * @param framing how the error is written
     * @param error name of a recorded body, or the body itself
     * @return the rule
     */
    public Fault errorInStream(int events, Framing framing, String error) {
        return does(new FaultAction.ErrorInStream(events, framing, error));
    }

    /**
     * Never responds; the connection stays open until the client closes it.
     *
     * @return the rule
     */
    public Fault hang() {
        return does(new FaultAction.Hang());
    }

    /**
     * Delays the response or other action.
     *
     * @param latency the delay, in real time
     * @return the rule
     */
    public Fault delay(Latency latency) {
        return does(new FaultAction.Delay(latency));
    }

    /**
     * Holds requests until enough are in flight at the same time, then releases all of them.
     *
     * @param requests number of requests
     * @return the rule
     */
    public Fault whenInFlight(int requests) {
        return does(new FaultAction.WhenInFlight(requests));
    }

    /**
     * Closes a Live session when its setup arrives, as Google does for exceeded quotas and rejected keys.
     *
     * @param code websocket close code
     * @param reason close reason
     * @return the rule
     */
    public Fault closeLive(int code, String reason) {
        return does(new FaultAction.CloseLive(code, reason));
    }

    /**
     * Performs an action.
     *
     * @param action the action
     * @return the rule
     */
    public Fault does(FaultAction action) {
        return new Fault(key, model, operation, from, to, probability, action);
    }
}
