package io.github.geminipool.samples.discordbot.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The users and roles that a message notifies, by Discord's rules. */
final class Pings {

    private static final Map<String, Pattern> MENTIONS = Map.of(
            "everyone", Pattern.compile("@(everyone|here)"),
            "users", Pattern.compile("<@!?\\d+>"),
            "roles", Pattern.compile("<@&\\d+>"));

    private Pings() {}

    /** Returns the mentions in the content that {@code allowed_mentions} permits; without that field, all of them. */
    static List<String> of(JsonNode message) {
        String content = message.path("content").asText();
        return MENTIONS.entrySet().stream()
                .filter(kind -> isAllowed(message.path("allowed_mentions"), kind.getKey()))
                .map(Entry::getValue)
                .flatMap(mention -> mention.matcher(content).results())
                .map(found -> found.group())
                .toList();
    }

    private static boolean isAllowed(JsonNode allowed, String kind) {
        return !allowed.isObject()
                || Stream.of(allowed.path("parse"))
                        .flatMap(parse -> StreamSupport.stream(parse.spliterator(), false))
                        .anyMatch(parsed -> parsed.asText().equals(kind))
                || !allowed.path(kind).isEmpty();
    }
}
