package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.List;
import java.util.Map;

/** An answer, before a fault spoils it. */
public sealed interface Reply {

    /**
     * The status that it has.
     *
     * @return of HTTP
     */
    int status();

    /**
     * One body.
     *
     * @param status of HTTP
     * @param contentType of the body
     * @param body its text
     * @param headers further headers
     */
    record Whole(int status, String contentType, String body, Map<String, String> headers) implements Reply {}

    /**
     * Events, one after the other.
     *
     * @param events the JSON of each
     * @param framed whether as server-sent events, else as one JSON array
     */
    record Events(List<String> events, boolean framed) implements Reply {
        /** Takes an immutable copy. */
        public Events {
            events = List.copyOf(events);
        }

        @Override
        public int status() {
            return 200;
        }
    }

    /** A websocket. */
    record Live() implements Reply {
        @Override
        public int status() {
            return 101;
        }
    }

    /**
     * A good answer in JSON.
     *
     * @param tree the body
     * @return with status 200
     */
    static Whole ok(ObjectNode tree) {
        return json(200, Json.pretty(tree));
    }

    /**
     * An answer in JSON.
     *
     * @param status of HTTP
     * @param json the body
     * @return the answer
     */
    static Whole json(int status, String json) {
        return text(status, "application/json; charset=UTF-8", json);
    }

    /**
     * An answer in text.
     *
     * @param status of HTTP
     * @param contentType of the body
     * @param text the body
     * @return the answer
     */
    static Whole text(int status, String contentType, String text) {
        return new Whole(status, contentType, text, Map.of());
    }
}
