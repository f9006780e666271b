package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.autoconfigure.endpoint.CallerDescriptor;
import io.github.geminipool.autoconfigure.endpoint.HistoryDescriptor;
import io.github.geminipool.autoconfigure.endpoint.KeyDescriptor;
import io.github.geminipool.autoconfigure.endpoint.ModelDescriptor;
import io.github.geminipool.autoconfigure.endpoint.PoolDescriptor;
import io.github.geminipool.autoconfigure.endpoint.PoolsDescriptor;
import io.github.geminipool.autoconfigure.endpoint.ProjectDescriptor;
import io.github.geminipool.autoconfigure.endpoint.ReplicasDescriptor;
import io.github.geminipool.autoconfigure.metrics.PoolMeter;
import io.github.geminipool.autoconfigure.observation.PoolObservation;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.stats.KeyUsage;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/operating.md} covers every state, failure kind, alert, meter, attribute, endpoint field and warning. */
class OperatingPageTests {

    private static final Path DOCS = Path.of("..", "docs");

    private final String page = read(DOCS.resolve("operating.md"));

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the sources of what logs in every application. The page about replicas has the lines of the module for Redis. */
    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("gemini-pool-core", "gemini-pool-spring-boot-autoconfigure")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    private String section(String title) {
        int from = page.indexOf("\n## " + title + "\n");
        assertThat(from).as(title).isPositive();
        int to = page.indexOf("\n## ", from + 1);
        return page.substring(from, to < 0 ? page.length() : to);
    }

    /** Returns the first column of a section's table. */
    private List<String> rows(String title) {
        Matcher rows = Pattern.compile("(?m)^\\| `([A-Za-z_.]+)`").matcher(section(title));
        return rows.results().map(row -> row.group(1)).toList();
    }

    /** Returns a column of a section's table, counted from 1. */
    private List<String> column(String title, int number) {
        return section(title)
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|", -1)[number].strip().replace("`", ""))
                .toList();
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    @Test
    void hasEveryStateKindAndAlert() {
        assertThat(rows("States of keys")).containsExactlyInAnyOrderElementsOf(names(KeyUsage.State.values()));
        assertThat(rows("Kinds of failures")).containsExactlyInAnyOrderElementsOf(names(FailureKind.values()));
        Matcher alerts = Pattern.compile("- alert: (\\w+)")
                .matcher(read(DOCS.resolve("prometheus").resolve("alerts.yml")));
        assertThat(rows("Alerts"))
                .containsExactlyInAnyOrderElementsOf(
                        alerts.results().map(alert -> alert.group(1)).toList());
    }

    @Test
    void hasEveryCauseAndItsKinds() {
        assertThat(rows("Causes of failures")).containsExactlyInAnyOrderElementsOf(names(FailureCause.values()));
        assertThat(column("Causes of failures", 2))
                .filteredOn(kinds -> !kinds.equals("any"))
                .flatMap(kinds -> List.of(kinds.split(", ", -1)))
                .isSubsetOf(names(FailureKind.values()));
    }

    @Test
    void hasEveryEmptyResponse() {
        assertThat(rows("Empty responses")).containsExactlyInAnyOrderElementsOf(names(EmptyResponse.values()));
        assertThat(column("Empty responses", 3))
                .containsExactlyElementsOf(rows("Empty responses").stream()
                        .map(EmptyResponse::valueOf)
                        .map(empty -> empty.isWorthRetrying() ? "yes" : "no")
                        .toList());
    }

    @Test
    void hasEveryMeterAndAttribute() {
        assertThat(Arrays.stream(PoolMeter.values()).map(meter -> "`" + meter.meterName() + "`"))
                .allSatisfy(meter -> assertThat(section("Meters")).contains(meter));
        assertThat(Stream.concat(
                                Arrays.stream(PoolObservation.LowCardinality.values()),
                                Arrays.stream(PoolObservation.HighCardinality.values()))
                        .map(name -> "`" + name.asString() + "`"))
                .allSatisfy(name -> assertThat(section("Traces")).contains(name));
    }

    @Test
    void hasEveryFieldOfTheEndpoint() {
        Stream.of(
                        PoolDescriptor.class,
                        PoolsDescriptor.class,
                        HistoryDescriptor.class,
                        PoolDescriptor.DecisionDescriptor.class,
                        CallerDescriptor.class,
                        CallerDescriptor.CallerLimit.class,
                        KeyDescriptor.class,
                        KeyDescriptor.ExcludedModel.class,
                        ProjectDescriptor.class,
                        ModelDescriptor.class,
                        ModelDescriptor.QuotaDescriptor.class,
                        ModelDescriptor.InstanceDescriptor.class,
                        PoolDescriptor.SharedDescriptor.class,
                        ReplicasDescriptor.class,
                        ReplicasDescriptor.ReplicaDescriptor.class,
                        TokenUsage.class)
                .flatMap(type -> Arrays.stream(type.getRecordComponents()))
                .map(RecordComponent::getName)
                .distinct()
                .forEach(field -> assertThat(section("The endpoint"))
                        .as("field %s", field)
                        .containsPattern("`" + field + "(\\[\\])?`"));
    }

    @Test
    void hasTheLoggersOfWarningsAndErrors() throws IOException {
        Pattern logger = Pattern.compile("getLogger\\((?:\"io\\.github\\.geminipool(\\.\\w+)\"|(\\w+)\\.class)\\)");
        sources().stream()
                .map(OperatingPageTests::read)
                .filter(source -> Stream.of(
                                "log.warn(",
                                "log::warn",
                                "log.atWarn(",
                                "Level.WARN",
                                "log.error(",
                                "SafeLog.error(",
                                "new FailureGuard(")
                        .anyMatch(source::contains))
                // They log with the logger of the class that uses them.
                .filter(source -> !source.contains("class FailureGuard ") && !source.contains("class SafeLog "))
                .forEach(source -> {
                    Matcher found = logger.matcher(source);
                    assertThat(found.find()).isTrue();
                    String name = found.group(1) != null ? found.group(1) : "." + found.group(2);
                    assertThat(section("Log lines")).as("logger %s", name).contains(name + "`");
                });
    }

    /** An operator finds a row by searching, and does not read those above it. */
    @Test
    void eachRowSaysWhatToDo() {
        for (String title : List.of("Meters", "Log lines")) {
            assertThat(section(title)).as(title).doesNotContain("| The same");
        }
    }

    @Test
    void hasLoggersThatThereAre() {
        Pattern logger = Pattern.compile("`\\.((?:[a-z]+\\.)*)([A-Z]\\w+)`");
        assertThat(logger.matcher(section("Log lines")).results())
                .hasSizeGreaterThan(20)
                .allSatisfy(found -> assertThat(Stream.of("gemini-pool-core", "gemini-pool-spring-boot-autoconfigure")
                                .map(module -> Path.of("..", module, "src/main/java/io/github/geminipool")
                                        .resolve(found.group(1).replace('.', '/') + found.group(2) + ".java")))
                        .as(found.group())
                        .anyMatch(Files::exists));
    }

    @Test
    void quotesLogLines() throws IOException {
        String sources = sources().stream()
                .map(OperatingPageTests::read)
                .map(source -> source.replaceAll("\"\\s*\\+\\s*\"", ""))
                .collect(Collectors.joining());
        List<String> quoted = Pattern.compile("(?m)^\\|[^|]*\\|([^|]*)\\|")
                .matcher(section("Log lines"))
                .results()
                .flatMap(row ->
                        Pattern.compile("`([^`]+)`").matcher(row.group(1)).results())
                .flatMap(line -> Arrays.stream(line.group(1).split("…", -1)))
                .map(fragment -> fragment.replaceAll("^[\\s':]+|[\\s':]+$", ""))
                .filter(fragment -> !fragment.isEmpty())
                .toList();
        assertThat(quoted)
                .hasSizeGreaterThan(20)
                .allSatisfy(fragment -> assertThat(sources.contains(fragment))
                        .as("a log line with '%s'", fragment)
                        .isTrue());
    }
}
