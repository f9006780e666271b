package io.github.geminipool.simulator;

import java.time.Instant;
import java.util.Map;

/**
 * A request in the simulator's log. It is logged as soon as it is received completely, and has its status before the first
 * byte of the response is sent.
 *
 * @param sequence number in order of arrival, from 1
 * @param time time of arrival by the simulator's clock
 * @param key the secret it was sent with, known or not; empty if none
 * @param project the key's project; empty for an unknown key
 * @param model model name without {@code models/}; empty if the operation names none
 * @param operation the operation it calls
 * @param status HTTP status of the response; 101 for a Live session; 0 if no response was sent, or none yet (held, hang, reset)
 * @param method HTTP method
 * @param path path and query, with any key masked
 * @param inputTokens input tokens, as counted by the simulator
 * @param headers first value of each header by lower-case name, without the key
 */
public record RequestRecord(
        long sequence,
        Instant time,
        String key,
        String project,
        String model,
        Operation operation,
        int status,
        String method,
        String path,
        long inputTokens,
        Map<String, String> headers) {

    /** Copies the headers. */
    public RequestRecord {
        headers = Map.copyOf(headers);
    }
}
