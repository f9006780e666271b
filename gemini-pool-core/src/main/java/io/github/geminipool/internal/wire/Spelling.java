package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;

/** Finds fields however they are spelled: Google's APIs accept and gateways write both {@code quotaId} and {@code quota_id}. */
final class Spelling {

    private Spelling() {}

    /** Returns a field by its name in camel case, or in snake case if there is no such field; a missing node without either. */
    static JsonNode of(JsonNode json, String name) {
        JsonNode camel = json.path(name);
        return camel.isMissingNode() ? json.path(snake(name)) : camel;
    }

    private static String snake(String name) {
        StringBuilder snake = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c)) {
                snake.append('_').append(Character.toLowerCase(c));
            } else {
                snake.append(c);
            }
        }
        return snake.toString();
    }
}
