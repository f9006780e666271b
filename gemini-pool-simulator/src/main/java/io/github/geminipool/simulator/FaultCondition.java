package io.github.geminipool.simulator;

import java.util.Map;
import java.util.function.Predicate;

/** The condition of a {@link Fault}; the last method of a chain sets the action. Immutable: each method returns a new object. */
public final class FaultCondition {
    private final Predicate<RequestRecord> request;
    private final long from;
    private final long to;
    private final double probability;

    FaultCondition(Predicate<RequestRecord> request, long from, long to, double probability) {
        this.request = request;
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
        return where(each -> each.key().equals(secret));
    }

    /**
     * Matches only requests with a key of this project.
     *
     * @param name the project's name
     * @return the narrowed condition
     */
    public FaultCondition project(String name) {
        return where(each -> each.project().equals(name));
    }

    /**
     * Matches only requests for this model.
     *
     * @param name model name without {@code models/}
     * @return the narrowed condition
     */
    public FaultCondition model(String name) {
        return where(each -> each.model().equals(name));
    }

    /**
     * Matches only this operation.
     *
     * @param only the operation
     * @return the narrowed condition
     */
    public FaultCondition operation(Operation only) {
        return where(each -> each.operation() == only);
    }

    /**
     * Matches only this use of the API.
     *
     * @param only the use
     * @return the narrowed condition
     */
    public FaultCondition use(Use only) {
        return where(each -> each.uses().contains(only));
    }

    /**
     * Matches only requests that ask for this tier; for {@link ServiceTier#STANDARD}, also those that ask for none.
     *
     * @param only the tier
     * @return the narrowed condition
     */
    public FaultCondition serviceTier(ServiceTier only) {
        return where(each -> each.serviceTier() == only);
    }

    /**
     * Matches only this hop of long answers.
     *
     * @param number counted from 1
     * @return the narrowed condition
     */
    public FaultCondition hop(int number) {
        return where(each -> each.hop() == number);
    }

    /**
     * Matches only requests for which a test holds. The test sees them as they are logged, without sequence and status. It
     * must be fast and must not call the simulator.
     *
     * @param test the test
     * @return the narrowed condition
     */
    public FaultCondition where(Predicate<RequestRecord> test) {
        return new FaultCondition(request.and(test), from, to, probability);
    }

    /**
     * Applies only to the n-th matching request.
     *
     * @param n counted from 1, starting when the rule is added to the simulator
     * @return the narrowed condition
     */
    public FaultCondition nth(long n) {
        return new FaultCondition(request, n, n, probability);
    }

    /**
     * Applies only to the first n matching requests.
     *
     * @param n number of requests
     * @return the narrowed condition
     */
    public FaultCondition first(long n) {
        return new FaultCondition(request, 1, n, probability);
    }

    /**
     * Applies only after the first n matching requests.
     *
     * @param n number of requests to skip
     * @return the narrowed condition
     */
    public FaultCondition after(long n) {
        return new FaultCondition(request, n + 1, Long.MAX_VALUE, probability);
    }

    /**
     * Applies with a probability.
     *
     * @param share 0 (never) to 1 (always)
     * @return the narrowed condition
     */
    public FaultCondition probability(double share) {
        return new FaultCondition(request, from, to, share);
    }

    /**
     * Responds with an error and Google's body for it.
     *
     * @param status HTTP status, 400 to 599
     * @return the rule
     */
    public Fault respond(int status) {
        return does(new FaultAction.Status(status, false));
    }

    /**
     * Responds with an error and Google's body for it, wrapped in an array.
     *
     * @param status HTTP status, 400 to 599
     * @return the rule
     */
    public Fault respondInArray(int status) {
        return does(new FaultAction.Status(status, true));
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
        return html(503);
    }

    /**
     * Responds with that page and another status, such as 200.
     *
     * @param status HTTP status
     * @return the rule
     */
    public Fault html(int status) {
        return does(new FaultAction.Page(status));
    }

    /**
     * Responds with nested JSON objects.
     *
     * @param status HTTP status
     * @param depth number of objects within each other, at least 1
     * @return the rule
     */
    public Fault deepJson(int status, int depth) {
        return body(status, "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1));
    }

    /**
     * Sends a successful response in an unusual encoding.
     *
     * @param encoding the encoding
     * @return the rule
     */
    public Fault encode(Encoding encoding) {
        return does(new FaultAction.Encode(encoding));
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
        return truncateBody(Cut.CLOSE);
    }

    /**
     * Sends half of a successful response.
     *
     * @param cut how the response ends then
     * @return the rule
     */
    public Fault truncateBody(Cut cut) {
        return does(new FaultAction.TruncateBody(cut));
    }

    /**
     * Closes the connection in the middle of a stream.
     *
     * @param events number of events sent before
     * @return the rule
     */
    public Fault cutStreamAfter(int events) {
        return cutStreamAfter(events, Cut.CLOSE);
    }

    /**
     * Cuts a stream.
     *
     * @param events number of events sent before
     * @param cut how the stream is cut off afterwards
     * @return the rule
     */
    public Fault cutStreamAfter(int events, Cut cut) {
        return does(new FaultAction.CutStream(events, cut));
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
     * Answers with an empty hop whose continuation token leads to itself.
     *
     * @return the rule
     */
    public Fault repeatContinuation() {
        return does(new FaultAction.RepeatContinuation());
    }

    /**
     * Performs an action.
     *
     * @param action the action
     * @return the rule
     */
    public Fault does(FaultAction action) {
        return new Fault(request, from, to, probability, action);
    }
}
