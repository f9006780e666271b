package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The metadata from which IDEs describe the properties. */
class ConfigurationMetadataTests {

    /** Properties without a default. All others must have one. */
    private static final String WITHOUT_DEFAULT =
            "keys|projects|models|callers|limits\\.(requests-per-(minute|day)|tokens-per-minute)|http\\.proxy(-username|-password)?|http\\.ssl\\.bundle";

    private final Map<String, JsonNode> properties = properties();

    @Test
    void listsAllProperties() {
        assertThat(properties.keySet())
                .containsExactlyInAnyOrder(
                        "enabled",
                        "keys",
                        "projects",
                        "default-model",
                        "base-url",
                        "api-version",
                        "allow-insecure-base-url",
                        "size",
                        "acquire-timeout",
                        "selection",
                        "caller-resolver",
                        "models",
                        "limits.requests-per-minute",
                        "limits.tokens-per-minute",
                        "limits.requests-per-day",
                        "limits.share",
                        "callers",
                        "health.error-rate-threshold",
                        "health.usage-share-threshold",
                        "health.minimum-calls",
                        "health.window",
                        "rotation.check-interval",
                        "leak-detection-threshold",
                        "recent-decisions",
                        "retry.max-attempts",
                        "retry.initial-delay",
                        "retry.multiplier",
                        "retry.max-delay",
                        "retry.jitter",
                        "retry.budget",
                        "retry.on-empty-response",
                        "http.connect-timeout",
                        "http.read-timeout",
                        "http.call-timeout",
                        "http.ping-interval",
                        "http.proxy",
                        "http.max-answer-size",
                        "http.proxy-username",
                        "http.proxy-password",
                        "http.ssl.bundle",
                        "shared.enabled",
                        "shared.namespace",
                        "shared.timeout");
    }

    @TestFactory
    Stream<DynamicTest> everyPropertyHasTypeAndDescription() {
        return each((name, property) -> {
            assertThat(property.path("type").asText()).isNotBlank();
            String description = property.path("description").asText();
            assertThat(description).matches("[A-Z].*\\.").doesNotMatch("(A|An|The) .*");
            switch (property.path("type").asText()) {
                case "java.lang.Boolean" -> assertThat(description).startsWith("Whether ");
                case "java.time.Duration" -> assertThat(description).doesNotContain("milliseconds");
                default -> assertThat(description).doesNotStartWith("Whether ");
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> everyPropertyHasItsDefault() {
        return each(
                (name, property) -> assertThat(property.has("defaultValue")).isEqualTo(!name.matches(WITHOUT_DEFAULT)));
    }

    private Stream<DynamicTest> each(BiConsumer<String, JsonNode> check) {
        return properties.entrySet().stream()
                .map(entry ->
                        DynamicTest.dynamicTest(entry.getKey(), () -> check.accept(entry.getKey(), entry.getValue())));
    }

    private static Map<String, JsonNode> properties() {
        // Read from the classes' directory, since many jars on the class path contain a file of this name.
        URI classes = URI.create(GeminiPoolProperties.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString());
        try (InputStream metadata = classes.resolve("META-INF/spring-configuration-metadata.json")
                .toURL()
                .openStream()) {
            Map<String, JsonNode> properties = new TreeMap<>();
            StreamSupport.stream(
                            new ObjectMapper()
                                    .readTree(metadata)
                                    .path("properties")
                                    .spliterator(),
                            false)
                    // Spring Boot generates the properties of the endpoint.
                    .filter(property -> property.path("name").asText().startsWith("gemini.pool."))
                    .forEach(property -> properties.put(
                            property.path("name").asText().replaceFirst("^gemini\\.pool\\.", ""), property));
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
