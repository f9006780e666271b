package io.github.geminipool.simulator;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A request in the simulator's log. It is logged as soon as it is received completely, and has its status before the first
 * byte of the response is sent.
 *
 * @param sequence number in order of arrival, from 1
 * @param time time of arrival by the simulator's clock
 * @param key the secret it was sent with, known or not; empty if none
 * @param credentials headers and query parameters with a credential, in lower case, one entry for each value
 * @param project the key's project; empty for an unknown key
 * @param apiVersion the version in its path, such as {@code v1beta}; empty if there is none
 * @param model model name without {@code models/}; empty if the operation names none
 * @param operation the operation it calls
 * @param status HTTP status of the response; 101 for a Live session; 0 if no response was sent, or none yet (held, hang, reset)
 * @param method HTTP method
 * @param path path and query, with any key masked
 * @param requests number of requests that it counts as; each text of a batch of embeddings is one
 * @param inputTokens input tokens, as counted by the simulator
 * @param uses what it uses of the API
 * @param serviceTier the tier that it asks for
 * @param streams whether it asks for a stream of events
 * @param hop the hop of a long answer that it asks for, counted from 1
 * @param headers first value of each header by lower-case name, without the credentials
 */
public record RequestRecord(
        long sequence,
        Instant time,
        String key,
        List<String> credentials,
        String project,
        String apiVersion,
        String model,
        Operation operation,
        int status,
        String method,
        String path,
        long requests,
        long inputTokens,
        Set<Use> uses,
        ServiceTier serviceTier,
        boolean streams,
        int hop,
        Map<String, String> headers) {

    /** Copies the collections. */
    public RequestRecord {
        credentials = List.copyOf(credentials);
        uses = Set.copyOf(uses);
        headers = Map.copyOf(headers);
    }
}
