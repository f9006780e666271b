package io.github.geminipool.autoconfigure.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.autoconfigure.metrics.PoolMeter;
import io.github.geminipool.autoconfigure.observation.PoolObservation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever the pages call {@code gemini.pool…} is a property, a meter or an attribute. */
class NamesTests {

    private static final Pattern NAME = Pattern.compile("gemini\\.pool(?:s\\.[a-z]+)?\\.[a-z][a-z0-9.\\[\\]-]*");
    private static final Pattern VARIABLE = Pattern.compile("GEMINI_POOL_[A-Z_]+");
    private static final Pattern PROPERTY = Pattern.compile("\"name\": \"(gemini\\.pool[^\"]+)\"");
    private static final Pattern SHARED = Pattern.compile("\"(gemini\\.pool\\.shared[.a-z]+)\"");

    /** An example of a mistake. */
    private static final Set<String> MISSPELT = Set.of("gemini.pool.acquire-timout");

    private static final List<MarkdownPage> PAGES = MarkdownPage.all();

    private static Stream<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(found.groupCount()));
    }

    private static Set<String> properties() throws IOException {
        try (InputStream metadata = Objects.requireNonNull(
                NamesTests.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            return found(PROPERTY, new String(metadata.readAllBytes(), StandardCharsets.UTF_8))
                    .map(name -> name.replace("[]", ""))
                    .flatMap(NamesTests::withGroups)
                    .collect(Collectors.toSet());
        }
    }

    /** Returns a name and the names of the groups that it is in. */
    private static Stream<String> withGroups(String name) {
        return Stream.iterate(
                name, each -> each.startsWith("gemini.pool."), each -> each.substring(0, each.lastIndexOf('.')));
    }

    private static Set<String> meters() throws IOException {
        String shared = Files.readString(
                MarkdownPage.ROOT.resolve("gemini-pool-spring-boot-autoconfigure/src/main/java/io/github/geminipool"
                        + "/autoconfigure/metrics/SharedStoreMeters.java"));
        return Stream.of(
                        Arrays.stream(PoolMeter.values()).map(PoolMeter::meterName),
                        Arrays.stream(PoolObservation.values()).map(PoolObservation::getName),
                        Arrays.stream(PoolObservation.LowCardinality.values())
                                .map(PoolObservation.LowCardinality::asString),
                        Arrays.stream(PoolObservation.HighCardinality.values())
                                .map(PoolObservation.HighCardinality::asString),
                        found(SHARED, shared))
                .flatMap(names -> names)
                .collect(Collectors.toSet());
    }

    @Test
    void areThoseOfPropertiesMetersAndAttributes() throws IOException {
        Set<String> properties = properties();
        Set<String> meters = meters();

        for (MarkdownPage page : PAGES) {
            Stream<String> named = NAME.matcher(page.text())
                    .results()
                    .map(MatchResult::group)
                    .map(name -> name.replaceAll("\\[[^\\]]*]?|[.-]+$", ""))
                    .map(name -> name.replaceFirst("^gemini\\.pools\\.[a-z]+", "gemini.pool"));
            assertThat(named)
                    .as(page.name())
                    .allMatch(name -> properties.contains(name) || meters.contains(name) || MISSPELT.contains(name));
        }
    }

    @Test
    void variablesAreThoseOfProperties() throws IOException {
        Set<String> variables = properties().stream()
                .map(name -> name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());

        for (MarkdownPage page : PAGES) {
            assertThat(VARIABLE.matcher(page.text()).results().map(MatchResult::group))
                    .as(page.name())
                    .isSubsetOf(variables);
        }
    }
}
