package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.UsageTier;
import io.github.geminipool.simulator.Use;
import io.github.geminipool.simulator.internal.json.Json;
import io.github.geminipool.simulator.internal.key.SimulatedKey;
import io.github.geminipool.simulator.internal.quota.Violation;
import io.github.geminipool.simulator.internal.wire.GoogleError;
import io.github.geminipool.simulator.internal.wire.QuotaError;
import io.github.geminipool.simulator.internal.wire.WireBodies;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Google's error responses. Thread-safe. */
public final class Refusals {
    private static final String PAGE = "503-automated-queries.html";

    private final WireBodies bodies;
    private final GoogleError errors;
    private final QuotaError quotas;

    /**
     * Creates error responses from recorded bodies.
     *
     * @param bodies the recorded bodies
     * @param random for wrong retry hints
     */
    public Refusals(WireBodies bodies, RandomGenerator random) {
        this.bodies = bodies;
        this.errors = new GoogleError(bodies);
        this.quotas = new QuotaError(random);
    }

    /**
     * Returns a recorded body, filled in for a call.
     *
     * @param name name of the body
     * @param call the call
     * @return the response
     */
    Reply wire(String name, ApiCall call) {
        return wire(name, call, Map.of());
    }

    /** Returns a recorded body, filled in for a call and with further values. */
    Reply wire(String name, ApiCall call, Map<String, String> further) {
        Map<String, String> places = new HashMap<>(places(call));
        places.putAll(further);
        return Reply.text(WireBodies.status(name), WireBodies.contentType(name), bodies.filled(name, places));
    }

    /** Returns the error for a call without a key. */
    Reply noKey() {
        return Reply.json(
                403,
                GoogleError.body(
                        403,
                        "PERMISSION_DENIED",
                        "Method doesn't allow unregistered callers (callers without established identity)."
                                + " Please use API Key or other form of API consumer identity to call this API."));
    }

    /** Returns the error for a key; empty if the key is valid. */
    Optional<Reply> key(Optional<SimulatedKey> key, ApiCall call) {
        return switch (key.map(SimulatedKey::state).orElse(KeyState.INVALID)) {
            case VALID -> Optional.empty();
            case INVALID -> Optional.of(wire("400-api-key-invalid.json", call));
            case EXPIRED -> Optional.of(wire("400-api-key-expired.json", call));
            case LEAKED -> Optional.of(wire("403-key-reported-leaked.json", call));
            case SUSPENDED -> Optional.of(wire("403-consumer-suspended.json", call));
            case RESTRICTED -> Optional.of(wire("403-api-key-service-blocked.json", call));
        };
    }

    /** Returns the error for exceeded quotas. */
    Reply quota(List<Violation> violations, ApiCall call, UsageTier tier) {
        boolean embeds = call.asked().uses().contains(Use.EMBED);
        return Reply.json(429, quotas.body(violations, call.model(), tier, embeds));
    }

    /** Returns the error for an invalid request. */
    static Reply invalid(String message) {
        return Reply.json(400, GoogleError.body(400, "INVALID_ARGUMENT", message));
    }

    /** Returns the error for fields that the version does not know. */
    static Reply unknownFields(List<String> messages) {
        ObjectNode tree = Json.object();
        ObjectNode error = tree.putObject("error")
                .put("code", 400)
                .put("message", String.join("\n", messages))
                .put("status", "INVALID_ARGUMENT");
        ArrayNode violations = error.putArray("details")
                .addObject()
                .put("@type", "type.googleapis.com/google.rpc.BadRequest")
                .putArray("fieldViolations");
        messages.forEach(message -> violations.addObject().put("description", message));
        return Reply.json(400, Json.pretty(tree));
    }

    /** Returns the error for an unknown path or resource. */
    static Reply notFound() {
        return Reply.json(404, GoogleError.body(404, "NOT_FOUND", "Requested entity was not found."));
    }

    /** Returns a fault's error response; empty if the fault needs the regular response. */
    Optional<Reply> fault(FaultAction action, ApiCall call) {
        if (action instanceof FaultAction.Status error) {
            String body = errors.usual(error.status(), places(call));
            return Optional.of(Reply.json(error.status(), error.inArray() ? "[" + body.strip() + "\n]\n" : body));
        }
        if (action instanceof FaultAction.Page page) {
            Map<String, String> none = Map.of();
            return Optional.of(Reply.text(page.status(), "text/html; charset=UTF-8", bodies.filled(PAGE, none)));
        }
        if (action instanceof FaultAction.Wire wire) {
            return Optional.of(wire(wire.name(), call));
        }
        if (action instanceof FaultAction.Body body) {
            return Optional.of(new Reply.Whole(body.status(), body.contentType(), body.text(), body.headers()));
        }
        return Optional.empty();
    }

    /** Returns the text of an error inside a stream: a recorded body's, or the text itself. */
    String text(String nameOrBody, boolean isBody, ApiCall call) {
        return isBody ? nameOrBody : bodies.filled(nameOrBody, places(call));
    }

    private static Map<String, String> places(ApiCall call) {
        String resource = call.route().resource();
        return Map.of(
                "model", call.model(),
                "version", call.route().version(),
                "limit", "1048576",
                "key", call.secret(),
                "method", call.route().rpc(),
                "verb", verb(call),
                "file", resource.substring(resource.indexOf('/') + 1));
    }

    private static String verb(ApiCall call) {
        String rpc = call.route().rpc();
        return call.operation() == Operation.OTHER
                ? "this method"
                : Character.toLowerCase(rpc.charAt(0)) + rpc.substring(1);
    }
}
