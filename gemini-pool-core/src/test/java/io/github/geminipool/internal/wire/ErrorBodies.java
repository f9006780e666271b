package io.github.geminipool.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Recorded bodies from the test resources, and an attempt to judge them for. */
final class ErrorBodies {

    static final Instant NOW = Instant.parse("2026-10-15T12:00:00Z");
    static final AttemptContext ATTEMPT = new AttemptContext("Key #1", "project", "account", "model", NOW);

    private ErrorBodies() {}

    private static Path directory() {
        try {
            return Path.of(Objects.requireNonNull(ErrorBodies.class.getResource("/wire"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static String file(String name) throws IOException {
        String text = Files.readString(directory().resolve(name));
        JsonNode json = name.endsWith(".json") ? JsonMapper.builder().build().readTree(text) : null;
        // One file is a log line around the body.
        return json != null && json.has("body") ? json.path("body").toString() : text;
    }

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    /** Returns the time in some seconds. */
    static Instant in(double seconds) {
        return NOW.plusNanos(Math.round(seconds * 1e9));
    }
}
