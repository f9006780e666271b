package io.github.geminipool.simulator.internal.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.QuotaLeft;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.simulator.internal.api.Simulation;
import io.github.geminipool.simulator.internal.fault.FaultText;
import io.github.geminipool.simulator.internal.json.Json;
import io.github.geminipool.simulator.internal.key.SimulatedKey;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Handles the control paths under {@code /_simulator/}; passes all other requests to the API. Never shows secrets. */
final class ControlHandler extends Handler.Wrapper {
    private static final String PREFIX = "/_simulator/";
    private static final Pattern KEY_STATE = Pattern.compile("keys/([^/]+)/state");
    private static final int MAX_BYTES = 64 * 1024;

    private final Simulation simulation;
    private final IntSupplier connections;

    ControlHandler(Simulation simulation, IntSupplier connections, Handler api) {
        super(api);
        this.simulation = simulation;
        this.connections = connections;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Requests.path(request);
        if (!path.startsWith(PREFIX)) {
            return super.handle(request, response, callback);
        }
        String what = request.getMethod() + " " + path.substring(PREFIX.length());
        Requests.body(request, MAX_BYTES, bytes -> answer(what, bytes, response, callback), callback::failed);
        return true;
    }

    private void answer(String what, byte[] bytes, Response response, Callback callback) {
        ObjectNode answer;
        try {
            answer = answer(what, Json.parse(bytes).orElseThrow(() -> new IllegalArgumentException("Not JSON")));
        } catch (IllegalArgumentException wrong) {
            response.setStatus(400);
            answer = Json.object().put("error", wrong.getMessage());
        }
        Requests.json(response, Json.pretty(answer), callback);
    }

    private ObjectNode answer(String what, ObjectNode body) {
        Matcher key = KEY_STATE.matcher(what.substring(what.indexOf(' ') + 1));
        if (what.startsWith("POST ") && key.matches()) {
            return changeState(key.group(1), body.path("state").asText());
        }
        switch (what) {
            case "GET log" -> {
                return log();
            }
            case "GET stats" -> {
                return stats();
            }
            case "GET keys" -> {
                return keys();
            }
            case "DELETE log" -> simulation.resetLog();
            case "POST faults" -> simulation.faults().add(FaultText.parse(texts(body), this::secret));
            case "DELETE faults" -> simulation.faults().clear();
            case "POST reset" -> simulation.reset();
            default ->
                throw new IllegalArgumentException("Unknown: " + what
                        + ". Known: GET log, stats, keys; DELETE log, faults; POST keys/{name}/state, faults, reset.");
        }
        return Json.object().put("done", true);
    }

    private static Map<String, String> texts(ObjectNode body) {
        Map<String, String> texts = new LinkedHashMap<>();
        body.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    private ObjectNode changeState(String name, String state) {
        SimulatedKey key = simulation
                .keys()
                .findNamed(name)
                .orElseThrow(() -> new IllegalArgumentException("No key named " + name));
        simulation.keys().state(key.secret(), KeyState.valueOf(state.toUpperCase(Locale.ROOT)));
        return keys();
    }

    private ObjectNode keys() {
        ObjectNode tree = Json.object();
        ArrayNode list = tree.putArray("keys");
        for (SimulatedKey key : simulation.keys().all()) {
            list.addObject()
                    .put("name", key.name())
                    .put("project", key.project())
                    .put("billingAccount", key.billingAccount())
                    .put("state", key.state().name());
        }
        return tree;
    }

    private ObjectNode log() {
        ObjectNode tree = Json.object();
        ArrayNode list = tree.putArray("requests");
        for (RequestRecord request : simulation.journal().requests()) {
            list.addObject()
                    .put("sequence", request.sequence())
                    .put("time", request.time().toString())
                    .put("key", shortName(request.key()))
                    .put("project", request.project())
                    .put("model", request.model())
                    .put("operation", request.operation().name())
                    .put("status", request.status())
                    .put("method", request.method())
                    .put("path", request.path())
                    .put("inputTokens", request.inputTokens());
        }
        return tree;
    }

    private ObjectNode stats() {
        ObjectNode tree = Json.object()
                .put("requests", simulation.journal().count())
                .put("inFlight", simulation.inFlight().current())
                .put("peakInFlight", simulation.inFlight().peak())
                .put("openConnections", connections.getAsInt());
        ObjectNode byKey = tree.putObject("requestsByKey");
        simulation
                .journal()
                .byKey()
                .forEach((secret, count) -> byKey.put(
                        shortName(secret), count + byKey.path(shortName(secret)).asLong()));
        ObjectNode byOperation = tree.putObject("requestsByOperation");
        simulation.journal().byOperation().forEach((operation, count) -> byOperation.put(operation.name(), count));
        ObjectNode byStatus = tree.putObject("requestsByStatus");
        simulation.journal().byStatus().forEach((status, count) -> byStatus.put(status.toString(), count));
        ArrayNode quotas = tree.putArray("quotaLeft");
        for (Map.Entry<String, String> pair : simulation.quotas().pairs()) {
            QuotaLeft left = simulation.quotas().left(pair.getKey(), pair.getValue());
            ObjectNode entry = quotas.addObject().put("project", pair.getKey()).put("model", pair.getValue());
            putLimited(entry, "requestsPerMinute", left.requestsPerMinute());
            putLimited(entry, "inputTokensPerMinute", left.inputTokensPerMinute());
            putLimited(entry, "requestsPerDay", left.requestsPerDay());
        }
        return tree;
    }

    private static void putLimited(ObjectNode entry, String name, long left) {
        if (left != Long.MAX_VALUE) {
            entry.put(name, left);
        }
    }

    private String secret(String nameOrSecret) {
        return simulation
                .keys()
                .findNamed(nameOrSecret)
                .map(SimulatedKey::secret)
                .orElse(nameOrSecret);
    }

    private String shortName(String secret) {
        Optional<String> name = simulation.keys().find(secret).map(SimulatedKey::name);
        return name.orElse(secret.isEmpty() ? "none" : "unknown");
    }
}
