package io.github.geminipool.simulator;

import java.util.Map;

/**
 * What a {@link Fault} does. {@link Delay} and {@link WhenInFlight} only hold a request and combine with all others; of the
 * others, the first that applies wins.
 */
public sealed interface FaultAction {

    /**
     * An error response with Google's body for that status.
     *
     * @param status HTTP status, 400 to 599
     * @param inArray whether the body is wrapped in an array, as it is anyway on OpenAI-shaped paths
     */
    record Status(int status, boolean inArray) implements FaultAction {
        /** Validates the status. */
        public Status {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("Not an error status: " + status);
            }
        }
    }

    /**
     * An error response with a recorded body.
     *
     * @param name name of the body, such as {@code 429-free-tpm.json}; its first three digits are the status
     */
    record Wire(String name) implements FaultAction {}

    /**
     * A custom response.
     *
     * @param status HTTP status
     * @param contentType content type
     * @param text the body
     * @param headers additional headers, such as {@code Retry-After}
     */
    record Body(int status, String contentType, String text, Map<String, String> headers) implements FaultAction {
        /** Copies the headers. */
        public Body {
            headers = Map.copyOf(headers);
        }
    }

    /** Resets the TCP connection instead of responding. */
    record Reset() implements FaultAction {}

    /** Sends the status line and headers of a successful response, then resets the TCP connection. */
    record ResetAfterHeaders() implements FaultAction {}

    /**
     * Sends the first half of a successful response.
     *
     * @param cut how the response ends then
     */
    record TruncateBody(Cut cut) implements FaultAction {}

    /**
     * Cuts a stream. Applies to streams only.
     *
     * @param events number of events sent before
     * @param cut how the stream is cut off afterwards
     */
    record CutStream(int events, Cut cut) implements FaultAction {}

    /**
     * Sends a successful response in an unusual encoding, a stream in one piece.
     *
     * @param encoding the encoding
     */
    record Encode(Encoding encoding) implements FaultAction {}

    /**
     * The page that Google's front end sends to suspected bots.
     *
     * @param status HTTP status
     */
    record Page(int status) implements FaultAction {}

    /**
     * Sends an error inside a stream that started with 200. Applies to streams only.
     *
     * @param events number of events sent before
     * @param framing how the error is written
     * @param error name of a recorded body or, if it starts with a brace or bracket, the body itself
     */
    record ErrorInStream(int events, Framing framing, String error) implements FaultAction {}

    /** Never responds, but keeps the connection open. */
    record Hang() implements FaultAction {}

    /**
     * Delays the response or other action.
     *
     * @param latency the delay
     */
    record Delay(Latency latency) implements FaultAction {}

    /**
     * Holds requests until enough of them are in flight at the same time.
     *
     * @param requests number of requests held or being answered
     */
    record WhenInFlight(int requests) implements FaultAction {}

    /**
     * Closes a Live session instead of sending {@code setupComplete}. Applies to {@link Operation#LIVE} only.
     *
     * @param code websocket close code, such as 1011 for quota and 1008 for a rejected key
     * @param reason close reason
     */
    record CloseLive(int code, String reason) implements FaultAction {}

    /**
     * Answers with an empty hop whose continuation token leads to itself. Applies to generation only; meant for models with a
     * {@link LongDecode}, but works for any.
     */
    record RepeatContinuation() implements FaultAction {}
}
