package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.util.List;
import java.util.Locale;
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
            "keys|keys-file|projects|models|callers|limits\\.(requests-per-(minute|day)|tokens-per-minute)|http\\.proxy(-username|-password)?|http\\.ssl\\.bundle";

    private final Map<String, JsonNode> properties = properties();

    @Test
    void listsAllProperties() {
        assertThat(properties.keySet())
                .containsExactlyInAnyOrder(
                        "enabled",
                        "keys",
                        "keys-file",
                        "keys-file-interval",
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
                        "metrics.observations",
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
                    // Fields of entries, whose lists are described with their fields.
                    .filter(property -> !property.path("name").asText().contains("[]"))
                    .forEach(property -> properties.put(
                            property.path("name").asText().replaceFirst("^gemini\\.pool\\.", ""), property));
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void entriesOfListsAndTheHealthIndicatorAreDescribed() throws IOException {
        JsonNode metadata;
        try (InputStream in = GeminiPoolProperties.class.getResourceAsStream(
                "/META-INF/additional-spring-configuration-metadata.json")) {
            metadata = new ObjectMapper().readTree(in);
        }
        assertThat(metadata.path("properties").findValuesAsText("name"))
                .contains("management.health.geminipool.enabled", "gemini.pools");
        for (JsonNode property : metadata.path("properties")) {
            if (property.path("name").asText().equals("gemini.pools")) {
                assertThat(property.path("type").asText())
                        .isEqualTo("java.util.Map<java.lang.String," + GeminiPoolProperties.class.getName() + ">");
            }
        }
        for (Class<?> entry : List.of(
                GeminiPoolProperties.Key.class,
                GeminiPoolProperties.Project.class,
                GeminiPoolProperties.Model.class,
                GeminiPoolProperties.Caller.class)) {
            String list = "gemini.pool." + entry.getSimpleName().toLowerCase(Locale.ROOT) + "s";
            assertThat(metadata.path("groups").findValuesAsText("name")).contains(list);
            for (RecordComponent field : entry.getRecordComponents()) {
                String name = field.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
                assertThat(metadata.path("properties").findValuesAsText("name")).contains(list + "[]." + name);
            }
        }
    }
}
