package io.github.geminipool.simulator.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.internal.content.Echo;
import io.github.geminipool.simulator.internal.content.Tokens;
import io.github.geminipool.simulator.internal.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;

/** A Live session: responds to the setup, then echoes the client. Called by one thread at a time. */
public final class LiveSession extends Session.Listener.AbstractAutoDemanding {
    private final FaultAction.@Nullable CloseLive end;
    private String model = "";

    /**
     * Creates a session.
     *
     * @param end how to close it at its setup; null to accept the setup
     */
    LiveSession(FaultAction.@Nullable CloseLive end) {
        this.end = end;
    }

    @Override
    public void onWebSocketText(String message) {
        Optional<ObjectNode> json = Json.parse(Json.utf8(message));
        if (json.isEmpty()) {
            getSession().close(1007, "Request contains an invalid argument.", Callback.NOOP);
        } else if (json.get().has("setup")) {
            setup(json.get().get("setup"));
        } else {
            answer(json.get());
        }
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        String text = StandardCharsets.UTF_8.decode(payload).toString();
        callback.succeed();
        onWebSocketText(text);
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        // Clients may disconnect without closing the websocket; that is not an error here.
    }

    private void setup(JsonNode setup) {
        if (end != null) {
            getSession().close(end.code(), end.reason(), Callback.NOOP);
            return;
        }
        model = setup.path("model").asText().replaceFirst("^models/", "");
        ObjectNode complete = Json.object();
        complete.putObject("setupComplete");
        send(complete);
    }

    private void answer(ObjectNode message) {
        JsonNode content = message.path("clientContent");
        JsonNode input = message.path("realtimeInput");
        String prompt = content.has("turns")
                ? Echo.prompt(content.get("turns"))
                : input.path("text").asText();
        boolean asked = content.path("turnComplete").asBoolean(false) || input.has("text");
        if (!asked) {
            return;
        }
        String text = Echo.answer(prompt, List.of(), model, false);
        ObjectNode said = Json.object();
        ObjectNode turn = said.putObject("serverContent").putObject("modelTurn");
        turn.putArray("parts").addObject().put("text", text);
        turn.put("role", "model");
        send(said);
        ObjectNode done = Json.object();
        done.putObject("serverContent").put("generationComplete", true).put("turnComplete", true);
        long asking = Tokens.ofText(prompt);
        long answering = Tokens.ofText(text);
        done.putObject("usageMetadata")
                .put("promptTokenCount", asking)
                .put("responseTokenCount", answering)
                .put("totalTokenCount", asking + answering);
        send(done);
    }

    private void send(ObjectNode message) {
        getSession().sendText(Json.line(message), Callback.NOOP);
    }
}
