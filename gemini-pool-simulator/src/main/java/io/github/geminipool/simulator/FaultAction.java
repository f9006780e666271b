package io.github.geminipool.simulator;

import java.util.Map;

/**
 * What a {@link Fault} does. {@link Delay} and {@link WhenInFlight} only hold a request and can be combined with all
 * others; of the others, the first that applies wins.
 */
public sealed interface FaultAction {

    /**
     * An answer with Google's own body for that status.
     *
     * @param status of HTTP, 400 to 599
     */
    record Status(int status) implements FaultAction {
        /** Checks the status. */
        public Status {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("Not the status of an error: " + status);
            }
        }
    }

    /**
     * An answer with one of the recorded bodies.
     *
     * @param name of the body, such as {@code 429-free-tpm.json}; the status is the number that it begins with
     */
    record Wire(String name) implements FaultAction {}

    /**
     * An answer given in full.
     *
     * @param status of HTTP
     * @param contentType of the body
     * @param text the body
     * @param headers further headers, such as {@code Retry-After}
     */
    record Body(int status, String contentType, String text, Map<String, String> headers) implements FaultAction {
        /** Copies the headers. */
        public Body {
            headers = Map.copyOf(headers);
        }
    }

    /** The TCP connection is reset instead of an answer. */
    record Reset() implements FaultAction {}

    /** The status line and headers of a good answer, then a TCP reset. */
    record ResetAfterHeaders() implements FaultAction {}

    /** The first half of a good answer, then an orderly end of the connection. */
    record TruncateBody() implements FaultAction {}

    /**
     * A stream that ends without its end. Applies to streams only.
     *
     * @param events how many good events come first
     */
    record CutStream(int events) implements FaultAction {}

    /**
     * An error inside a stream that began with 200. Applies to streams only.
     *
     * @param events how many good events come first
     * @param framing how the error is written
     * @param error the name of a recorded body, or, if it begins with a brace or bracket, the body itself
     */
    record ErrorInStream(int events, Framing framing, String error) implements FaultAction {}

    /** No answer at all, with the connection open. */
    record Hang() implements FaultAction {}

    /**
     * A wait before whatever else happens.
     *
     * @param latency how long
     */
    record Delay(Latency latency) implements FaultAction {}

    /**
     * A wait until so many requests have been in flight at once.
     *
     * @param requests held or being answered, all together
     */
    record WhenInFlight(int requests) implements FaultAction {}

    /**
     * The end of a Live session instead of {@code setupComplete}. Applies to {@link Operation#LIVE} only.
     *
     * @param code of the websocket, such as 1011 for quota and 1008 for a rejected key
     * @param reason the text beside it
     */
    record CloseLive(int code, String reason) implements FaultAction {}
}
