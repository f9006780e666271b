package io.github.geminipool.simulator;

import java.time.Instant;
import java.util.Map;

/**
 * A request as the simulator saw it. It is in the log as soon as it was received whole, and has its status before the
 * first byte of the answer leaves.
 *
 * @param sequence counts from 1, in the order of arrival
 * @param time when it had arrived, by the simulator's clock
 * @param key the secret that it carried, known or not; empty if it had none
 * @param project the project of the key; empty for an unknown key
 * @param model without {@code models/}; empty where the operation names none
 * @param operation what it asked for
 * @param status of the answer; 101 for a Live session; 0 as long as, or because, no response was sent (held, hang, reset)
 * @param method of HTTP
 * @param path with its query, without a key in it
 * @param inputTokens of the prompt, as the simulator counts them
 * @param headers lower-case names to the first value of each; without the key
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

    /** Takes an immutable copy of the headers. */
    public RequestRecord {
        headers = Map.copyOf(headers);
    }
}
