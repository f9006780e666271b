package io.github.geminipool.samples.discordbot.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers the bot's REST calls. */
final class RestApi {

    /**
     * A response.
     *
     * @param status HTTP status
     * @param body JSON body
     */
    record Answer(int status, JsonNode body) {}

    private static final Pattern CALLBACK = Pattern.compile("interactions/(\\d+)/[^/]+/callback");
    private static final Pattern REPLY = Pattern.compile("webhooks/\\d+/token-of-(\\d+)/messages/@original");
    private static final Pattern FOLLOW_UP = Pattern.compile("webhooks/\\d+/token-of-(\\d+)");

    private static final int MAX_CONTENT_LENGTH = 2_000;
    private static final int DEFER = 5;

    private final ObjectMapper mapper;
    private final Payloads payloads;
    private final Consumer<JsonNode> registered;
    private final Map<String, Interaction> interactions = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong(2_000_000_000_000_000_000L);

    RestApi(ObjectMapper mapper, Payloads payloads, Consumer<JsonNode> registered) {
        this.mapper = mapper;
        this.payloads = payloads;
        this.registered = registered;
    }

    void expect(Interaction interaction) {
        interactions.put(interaction.id(), interaction);
    }

    /** Returns the interaction that a path names; null if there is none. */
    @Nullable
    Interaction interaction(String path) {
        for (Pattern pattern : new Pattern[] {CALLBACK, REPLY, FOLLOW_UP}) {
            Matcher matcher = pattern.matcher(path);
            if (matcher.matches()) {
                return interactions.get(matcher.group(1));
            }
        }
        return null;
    }

    Answer answer(String method, String path, Body body) {
        if (path.equals("users/@me")) {
            return new Answer(200, payloads.bot());
        }
        if (path.equals("applications/" + Payloads.APPLICATION + "/commands")) {
            return register(body.json());
        }
        Interaction interaction = interaction(path);
        if (interaction == null) {
            return refused(404, 10062, "Unknown interaction");
        }
        if (CALLBACK.matcher(path).matches()) {
            return callback(interaction, body);
        }
        return isTooLong(body.json())
                ? refused(400, 50035, "Invalid Form Body: content must be 2000 or fewer in length.")
                : message(interaction, method, path, body);
    }

    private Answer register(JsonNode commands) {
        ArrayNode answer = mapper.createArrayNode();
        for (JsonNode command : commands) {
            ObjectNode known = command.deepCopy();
            known.put("id", nextId())
                    .put("application_id", Payloads.APPLICATION)
                    .put("version", nextId());
            answer.add(known);
        }
        registered.accept(answer);
        return new Answer(200, answer);
    }

    private Answer callback(Interaction interaction, Body body) {
        if (interaction.isAnswered()) {
            return refused(400, 40060, "Interaction has already been acknowledged.");
        }
        int type = body.json().path("type").asInt();
        JsonNode data = body.json().path("data");
        boolean ephemeral = (data.path("flags").asInt() & Payloads.EPHEMERAL) != 0;
        ObjectNode message = type == DEFER
                ? payloads.thinking(interaction.id(), ephemeral)
                : payloads.message(interaction.id(), data, body.files(), null);
        interaction.put(0, message);
        return new Answer(200, payloads.callback(interaction, type, message));
    }

    private Answer message(Interaction interaction, String method, String path, Body body) {
        if (!interaction.isAnswered()) {
            return refused(404, 10015, "Unknown Webhook");
        }
        boolean edit = method.equals("PATCH") && REPLY.matcher(path).matches();
        int index = edit ? 0 : interaction.messages().size();
        ObjectNode message = payloads.message(
                edit ? interaction.id() : nextId(), body.json(), body.files(), edit ? interaction.reply() : null);
        interaction.put(index, message);
        return new Answer(200, message);
    }

    private static boolean isTooLong(JsonNode message) {
        return message.path("content").asText().length() > MAX_CONTENT_LENGTH;
    }

    private Answer refused(int status, int code, String message) {
        return new Answer(status, mapper.createObjectNode().put("code", code).put("message", message));
    }

    private String nextId() {
        return String.valueOf(ids.incrementAndGet());
    }
}
