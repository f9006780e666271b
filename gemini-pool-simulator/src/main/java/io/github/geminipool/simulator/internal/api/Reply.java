package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.List;
import java.util.Map;

/** A response, before a fault is applied. */
public sealed interface Reply {

    /**
     * Returns the status.
     *
     * @return the HTTP status
     */
    int status();

    /**
     * A response with a single body.
     *
     * @param status HTTP status
     * @param contentType content type
     * @param body the body
     * @param headers additional headers
     */
    record Whole(int status, String contentType, String body, Map<String, String> headers) implements Reply {}

    /**
     * A stream of events.
     *
     * @param events each event's JSON
     * @param shape how the events are sent
     */
    record Events(List<String> events, Shape shape) implements Reply {
        /** Copies the events. */
        public Events {
            events = List.copyOf(events);
        }

        @Override
        public int status() {
            return 200;
        }
    }

    /** How events are sent. */
    enum Shape {
        /** As elements of a JSON array. */
        ARRAY,
        /** As server-sent events with CRLF. */
        GOOGLE_EVENTS,
        /** As server-sent events with LF. */
        EVENTS
    }

    /** A websocket upgrade. */
    record Live() implements Reply {
        @Override
        public int status() {
            return 101;
        }
    }

    /**
     * Returns a JSON response with status 200.
     *
     * @param tree the body
     * @return the response
     */
    static Whole ok(ObjectNode tree) {
        return json(200, Json.pretty(tree));
    }

    /**
     * Returns a JSON response.
     *
     * @param status HTTP status
     * @param json the body
     * @return the response
     */
    static Whole json(int status, String json) {
        return text(status, "application/json; charset=UTF-8", json);
    }

    /**
     * Returns a text response.
     *
     * @param status HTTP status
     * @param contentType content type
     * @param text the body
     * @return the response
     */
    static Whole text(int status, String contentType, String text) {
        return new Whole(status, contentType, text, Map.of());
    }
}
