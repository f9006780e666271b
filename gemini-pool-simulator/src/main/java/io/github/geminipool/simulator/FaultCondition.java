package io.github.geminipool.simulator;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which requests a {@link Fault} fits, and how often; its last word says what happens. Immutable: each method gives a new one. */
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
     * Only requests with this key.
     *
     * @param secret the key
     * @return the narrower rule
     */
    public FaultCondition key(String secret) {
        return new FaultCondition(secret, model, operation, from, to, probability);
    }

    /**
     * Only requests for this model.
     *
     * @param name without {@code models/}
     * @return the narrower rule
     */
    public FaultCondition model(String name) {
        return new FaultCondition(key, name, operation, from, to, probability);
    }

    /**
     * Only this operation.
     *
     * @param only the operation
     * @return the narrower rule
     */
    public FaultCondition operation(Operation only) {
        return new FaultCondition(key, model, only, from, to, probability);
    }

    /**
     * Only the n-th of the fitting requests.
     *
     * @param n counted from 1, since the rule was given to the simulator
     * @return the narrower rule
     */
    public FaultCondition nth(long n) {
        return new FaultCondition(key, model, operation, n, n, probability);
    }

    /**
     * Only the first of the fitting requests.
     *
     * @param n how many
     * @return the narrower rule
     */
    public FaultCondition first(long n) {
        return new FaultCondition(key, model, operation, 1, n, probability);
    }

    /**
     * Only those after the first of the fitting requests.
     *
     * @param n how many are spared
     * @return the narrower rule
     */
    public FaultCondition after(long n) {
        return new FaultCondition(key, model, operation, n + 1, Long.MAX_VALUE, probability);
    }

    /**
     * Only by chance.
     *
     * @param share 0 (never) to 1 (always)
     * @return the narrower rule
     */
    public FaultCondition probability(double share) {
        return new FaultCondition(key, model, operation, from, to, share);
    }

    /**
     * Answers with an error and Google's own body for it.
     *
     * @param status 400 to 599
     * @return the rule
     */
    public Fault respond(int status) {
        return does(new FaultAction.Status(status));
    }

    /**
     * Answers with a recorded body, in which model, key and method are filled in.
     *
     * @param name such as {@code 429-free-tpm.json}; the status is the number that it begins with
     * @return the rule
     */
    public Fault wire(String name) {
        return does(new FaultAction.Wire(name));
    }

    /**
     * Answers with JSON.
     *
     * @param status of HTTP
     * @param json the body
     * @return the rule
     */
    public Fault body(int status, String json) {
        return body(status, "application/json; charset=UTF-8", json);
    }

    /**
     * Answers with any text.
     *
     * @param status of HTTP
     * @param contentType of the body
     * @param text the body
     * @return the rule
     */
    public Fault body(int status, String contentType, String text) {
        return body(status, contentType, text, Map.of());
    }

    /**
     * Answers with any text and headers.
     *
     * @param status of HTTP
     * @param contentType of the body
     * @param text the body
     * @param headers further headers, such as {@code Retry-After} or {@code Location}
     * @return the rule
     */
    public Fault body(int status, String contentType, String text, Map<String, String> headers) {
        return does(new FaultAction.Body(status, contentType, text, headers));
    }

    /**
     * Answers with the page that Google's front end gives to what it takes for robots.
     *
     * @return the rule
     */
    public Fault html() {
        return wire("503-automated-queries.html");
    }

    /**
     * Resets the connection instead of an answer.
     *
     * @return the rule
     */
    public Fault reset() {
        return does(new FaultAction.Reset());
    }

    /**
     * Sends status and headers of a good answer, then resets the connection.
     *
     * @return the rule
     */
    public Fault resetAfterHeaders() {
        return does(new FaultAction.ResetAfterHeaders());
    }

    /**
     * Sends half of a good answer, then closes the connection.
     *
     * @return the rule
     */
    public Fault truncateBody() {
        return does(new FaultAction.TruncateBody());
    }

    /**
     * Closes the connection in the middle of a stream.
     *
     * @param events good events before
     * @return the rule
     */
    public Fault cutStreamAfter(int events) {
        return does(new FaultAction.CutStream(events));
    }

    /**
     * Writes an error into a stream and ends it.
     *
     * @param events good events before
     * @param framing how the error is written
     * @param error the name of a recorded body, or the body itself
     * @return the rule
     */
    public Fault errorInStream(int events, Framing framing, String error) {
        return does(new FaultAction.ErrorInStream(events, framing, error));
    }

    /**
     * Never answers; the connection stays open until the client closes it.
     *
     * @return the rule
     */
    public Fault hang() {
        return does(new FaultAction.Hang());
    }

    /**
     * Waits first.
     *
     * @param latency how long, in real time
     * @return the rule
     */
    public Fault delay(Latency latency) {
        return does(new FaultAction.Delay(latency));
    }

    /**
     * Holds requests until enough are in flight at once, then lets all of them go on.
     *
     * @param requests how many
     * @return the rule
     */
    public Fault whenInFlight(int requests) {
        return does(new FaultAction.WhenInFlight(requests));
    }

    /**
     * Ends a Live session when its setup arrives, the way in which Google reports quota and rejected keys there.
     *
     * @param code of the websocket
     * @param reason the text beside it
     * @return the rule
     */
    public Fault closeLive(int code, String reason) {
        return does(new FaultAction.CloseLive(code, reason));
    }

    /**
     * Does anything.
     *
     * @param action what happens
     * @return the rule
     */
    public Fault does(FaultAction action) {
        return new Fault(key, model, operation, from, to, probability, action);
    }
}
