package io.github.geminipool.simulator.internal.wire;

import io.github.geminipool.simulator.internal.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The bodies that Google was seen to send, with places to fill in. Thread-safe. */
public final class WireBodies {
    private final Map<String, String> loaded = new ConcurrentHashMap<>();

    /**
     * A body with its places filled in.
     *
     * @param name such as {@code 429-free-tpm.json}
     * @param places what is written for {@code ${…}}
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
     * The status that a body belongs to.
     *
     * @param name of a body
     * @return the number that it begins with
     */
    public static int status(String name) {
        return Integer.parseInt(name.substring(0, 3));
    }

    /**
     * The type of a body.
     *
     * @param name of a body
     * @return by its ending
     */
    public static String contentType(String name) {
        return name.endsWith(".html") ? "text/html; charset=UTF-8" : "application/json; charset=UTF-8";
    }

    /**
     * Checks that there is such a body.
     *
     * @param name of a body
     */
    public void require(String name) {
        loaded.computeIfAbsent(name, WireBodies::load);
    }

    private static String load(String name) {
        try (InputStream in = WireBodies.class.getResourceAsStream("bodies/" + name)) {
            if (in == null || !name.matches("[0-9]{3}-[a-z0-9.-]+")) {
                throw new IllegalArgumentException("There is no recorded body named " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
