package io.github.geminipool.simulator.internal.wire;

import io.github.geminipool.simulator.internal.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Recorded response bodies of Google, with placeholders. Thread-safe. */
public final class WireBodies {
    private final Map<String, String> loaded = new ConcurrentHashMap<>();

    /**
     * Returns a body with its placeholders filled in.
     *
     * @param name for example {@code 429-free-tpm.json}
     * @param places values for the placeholders {@code ${…}}
     * @return the body
     */
    public String filled(String name, Map<String, String> places) {
        String body = loaded.computeIfAbsent(name, WireBodies::load);
        for (Map.Entry<String, String> place : places.entrySet()) {
            body = body.replace("${" + place.getKey() + "}", Json.escaped(place.getValue()));
        }
        return body;
    }

    /**
     * Returns a body's status.
     *
     * @param name name of a body
     * @return the number in the name
     */
    public static int status(String name) {
        return Integer.parseInt(name.replaceFirst("^interactions-", "").substring(0, 3));
    }

    /**
     * Returns a body's content type.
     *
     * @param name name of a body
     * @return the content type for its file extension
     */
    public static String contentType(String name) {
        return name.endsWith(".html") ? "text/html; charset=UTF-8" : "application/json; charset=UTF-8";
    }

    /**
     * Checks that a body exists.
     *
     * @param name name of a body
     * @throws IllegalArgumentException if it does not exist
     */
    public void require(String name) {
        loaded.computeIfAbsent(name, WireBodies::load);
    }

    private static String load(String name) {
        try (InputStream in = WireBodies.class.getResourceAsStream("bodies/" + name)) {
            if (in == null || !name.matches("(?:interactions-)?[0-9]{3}-[a-z0-9.-]+")) {
                throw new IllegalArgumentException("No recorded body named " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
