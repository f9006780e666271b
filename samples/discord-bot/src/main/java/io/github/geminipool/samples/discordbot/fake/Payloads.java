package io.github.geminipool.samples.discordbot.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Discord's JSON objects, with the fields that a client needs. */
final class Payloads {

    static final String APPLICATION = "1000000000000000001";
    static final String SERVER = "1000000000000000002";
    static final String CHANNEL = "1000000000000000003";
    private static final String PRIVATE_CHANNEL = "1000000000000000005";
    private static final String ADMINISTRATORS = "1000000000000000004";

    private static final int ADMINISTRATOR = 1 << 3;
    private static final int LOADING = 1 << 7;
    static final int EPHEMERAL = 1 << 6;
    private static final String TIME = "2026-11-25T12:00:00.000000+00:00";

    private final ObjectMapper mapper;

    Payloads(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    ObjectNode bot() {
        return user(APPLICATION, "gemini-bot").put("bot", true).put("verified", true);
    }

    private ObjectNode user(String id, String name) {
        return mapper.createObjectNode()
                .put("id", id)
                .put("username", name)
                .put("global_name", name)
                .put("discriminator", "0")
                .putNull("avatar");
    }

    ObjectNode ready(String gatewayUrl) {
        ObjectNode ready = mapper.createObjectNode();
        ready.put("v", 10).put("session_id", "fake-session").put("resume_gateway_url", gatewayUrl);
        ready.set("user", bot());
        ready.putArray("private_channels");
        ready.putArray("guilds").addObject().put("id", SERVER).put("unavailable", true);
        ready.putObject("application").put("id", APPLICATION).put("flags", 0);
        return ready;
    }

    /** Returns the server, with the roles @everyone and administrator. */
    ObjectNode server() {
        ObjectNode server = mapper.createObjectNode();
        server.put("id", SERVER)
                .put("name", "Fake server")
                .put("owner_id", "1000000000000000009")
                .put("premium_progress_bar_enabled", false)
                .put("afk_timeout", 300)
                .put("large", false)
                .put("unavailable", false)
                .put("member_count", 1);
        for (String none : List.of(
                "threads", "guild_scheduled_events", "emojis", "voice_states", "stickers", "features", "presences")) {
            server.putArray(none);
        }
        server.putArray("roles")
                .add(role(SERVER, "@everyone", 0))
                .add(role(ADMINISTRATORS, "Administrators", ADMINISTRATOR));
        server.putArray("channels").add(channel());
        server.putArray("members").add(member(bot(), false));
        return server;
    }

    private ObjectNode role(String id, String name, int permissions) {
        ObjectNode role = mapper.createObjectNode();
        role.put("id", id)
                .put("name", name)
                .put("permissions", String.valueOf(permissions))
                .put("position", 0)
                .put("hoist", false)
                .put("managed", false)
                .put("mentionable", true);
        role.putObject("colors").put("primary_color", 0);
        return role;
    }

    private ObjectNode channel() {
        ObjectNode channel = mapper.createObjectNode();
        channel.put("id", CHANNEL)
                .put("type", 0)
                .put("name", "general")
                .put("guild_id", SERVER)
                .put("position", 0);
        channel.putArray("permission_overwrites");
        return channel;
    }

    private ObjectNode member(ObjectNode user, boolean administrator) {
        ObjectNode member = mapper.createObjectNode();
        member.put("joined_at", TIME).put("deaf", false).put("mute", false).put("flags", 0);
        member.set("user", user);
        ArrayNode roles = member.putArray("roles");
        if (administrator) {
            roles.add(ADMINISTRATORS);
        }
        return member;
    }

    /**
     * Returns the event for a slash command.
     *
     * @param command as it was registered
     */
    ObjectNode interaction(Interaction interaction, JsonNode command, Map<String, String> options) {
        Member who = interaction.who();
        ObjectNode payload = mapper.createObjectNode();
        payload.put("id", interaction.id())
                .put("application_id", APPLICATION)
                .put("type", 2)
                .put("version", 1)
                .put("token", interaction.token())
                .put("locale", who.locale());
        payload.putArray("entitlements");
        ObjectNode user = user(String.valueOf(who.id()), who.name());
        if (interaction.isPrivate()) {
            privately(payload, user);
        } else {
            onTheServer(payload, member(user, who.administrator()));
        }
        ObjectNode data = payload.putObject("data");
        data.put("id", command.path("id").asText())
                .put("name", command.path("name").asText())
                .put("type", 1);
        ArrayNode given = data.putArray("options");
        options.forEach((name, value) ->
                given.addObject().put("name", name).put("type", 3).put("value", value));
        return payload;
    }

    private void onTheServer(ObjectNode payload, ObjectNode member) {
        payload.put("guild_locale", "en-US")
                .put("guild_id", SERVER)
                .put("channel_id", CHANNEL)
                .put("context", 0);
        payload.putObject("guild").put("id", SERVER).put("locale", "en-US").putArray("features");
        payload.set("channel", channel());
        payload.set("member", member);
        payload.putObject("authorizing_integration_owners").put("0", SERVER);
    }

    private static void privately(ObjectNode payload, ObjectNode user) {
        payload.put("channel_id", PRIVATE_CHANNEL).put("context", 1);
        payload.putObject("channel")
                .put("id", PRIVATE_CHANNEL)
                .put("type", 1)
                .putArray("recipients")
                .add(user);
        payload.set("user", user);
        payload.putObject("authorizing_integration_owners").put("0", "0");
    }

    /** Returns the response to a callback: the reply that it created. */
    ObjectNode callback(Interaction interaction, int type, JsonNode message) {
        ObjectNode response = mapper.createObjectNode();
        response.putObject("interaction")
                .put("id", interaction.id())
                .put("type", 2)
                .put("response_message_id", interaction.id());
        ObjectNode resource = response.putObject("resource");
        resource.put("type", type);
        resource.set("message", message);
        return response;
    }

    /**
     * Returns a message.
     *
     * @param body the request's body; fields it omits stay unchanged
     * @param before the message to change; null for a new one
     */
    ObjectNode message(String id, JsonNode body, List<RestCall.AttachedFile> files, @Nullable JsonNode before) {
        ObjectNode message = mapper.createObjectNode();
        message.put("id", id)
                .put("type", 20)
                .put("channel_id", CHANNEL)
                .put("application_id", APPLICATION)
                .put("webhook_id", APPLICATION)
                .put("timestamp", TIME)
                .putNull("edited_timestamp")
                .put("tts", false)
                .put("pinned", false)
                .put("mention_everyone", false)
                .put("flags", body.path("flags").asInt(0));
        message.set("author", bot());
        for (String none : List.of("mentions", "mention_roles", "components")) {
            message.putArray(none);
        }
        message.set(
                "content", kept("content", body, before, mapper.getNodeFactory().textNode("")));
        JsonNode embeds = kept("embeds", body, before, mapper.createArrayNode()).deepCopy();
        embeds.forEach(embed -> ((ObjectNode) embed).put("type", "rich"));
        message.set("embeds", embeds);
        ArrayNode attachments = message.putArray("attachments");
        files.forEach(file -> attachments
                .addObject()
                .put("id", id)
                .put("filename", file.name())
                .put("size", file.text().length())
                .put("url", "http://127.0.0.1/" + file.name())
                .put("proxy_url", "http://127.0.0.1/" + file.name()));
        return message;
    }

    private static JsonNode kept(String field, JsonNode body, @Nullable JsonNode before, JsonNode otherwise) {
        if (body.hasNonNull(field)) {
            return body.get(field);
        }
        return before == null ? otherwise : before.get(field);
    }

    /** Returns the message after a callback that defers the reply. */
    ObjectNode thinking(String id, boolean ephemeral) {
        ObjectNode flags = mapper.createObjectNode().put("flags", LOADING | (ephemeral ? EPHEMERAL : 0));
        return message(id, flags, List.of(), null);
    }
}
