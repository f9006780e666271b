package io.github.geminipool.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Wire tests have the tag {@code wire}. Those whose outcome may depend on OkHttp also have the tag {@code okhttp}, on the class
 * or on methods, and run a second time on OkHttp 5; so does every wire test that calls OkHttp itself or has a server of its own.
 * Those whose outcome may depend on the version of Google's SDK have the tag {@code sdk} and run a second time on its line 1; so
 * does every wire test that uses the SDK's clients or streams, unless it has the tag {@code sdk2}, because line 1 lacks what it
 * tests. Tests with the tag {@code once} run once.
 */
class WireTagTest {

    private static final Path CLASSES = classes();

    /** References by which a test that calls OkHttp or has its own server is found. */
    private static final List<String> USES =
            List.of("okhttp3/Request", "okhttp3/OkHttpClient", "okhttp3/ConnectionPool", "java/net/ServerSocket");

    /** References by which a test that uses the SDK beyond its values is found. */
    private static final List<String> SDK_USES = List.of(
            "com/google/genai/Client",
            "com/google/genai/ResponseStream",
            "com/google/genai/Chat",
            "com/google/genai/Models",
            "com/google/genai/Files",
            "com/google/genai/Async");

    private static Path classes() {
        try {
            return Path.of(WireTagTest.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void wireTestsAreTagged() throws IOException {
        assertThat(wireTests())
                .hasSizeGreaterThan(30)
                .allSatisfy(type ->
                        assertThat(isTagged(type, "wire")).as(type.getName()).isTrue());
    }

    @Test
    void wireTestsThatUseOkHttpRunOnBothVersions() throws IOException {
        assertThat(wireTests())
                .filteredOn(type -> uses(type, USES))
                .hasSizeGreaterThan(7)
                .allSatisfy(type ->
                        assertThat(isTagged(type, "okhttp")).as(type.getName()).isTrue());
    }

    @Test
    void wireTestsThatUseTheSdkRunOnBothVersions() throws IOException {
        assertThat(wireTests())
                .filteredOn(type -> uses(type, SDK_USES) && !hasTag(type, "once"))
                .hasSizeGreaterThan(12)
                .allSatisfy(type -> assertThat(isTagged(type, "sdk") || isTagged(type, "sdk2"))
                        .as(type.getName())
                        .isTrue());
    }

    private static List<Class<?>> wireTests() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            return files.filter(file -> file.toString().endsWith("WireTest.class"))
                    .<Class<?>>map(WireTagTest::load)
                    .toList();
        }
    }

    private static Class<?> load(Path file) {
        String path = CLASSES.relativize(file).toString();
        String name = path.substring(0, path.length() - ".class".length())
                .replace(file.getFileSystem().getSeparator(), ".");
        try {
            return Class.forName(name, false, WireTagTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isTagged(Class<?> type, String value) {
        return Stream.concat(Stream.of(type), Arrays.stream(type.getDeclaredMethods()))
                .anyMatch(element -> hasTag(element, value));
    }

    private static boolean hasTag(AnnotatedElement element, String value) {
        return Arrays.stream(element.getAnnotationsByType(Tag.class))
                .anyMatch(tag -> tag.value().equals(value));
    }

    /** Looks for references in the class file of the test and of its nested classes. */
    private static boolean uses(Class<?> type, List<String> references) {
        Path directory = CLASSES.resolve(type.getPackageName().replace('.', '/'));
        String name = type.getSimpleName();
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches(name + "(\\$.*)?\\.class"))
                    .map(WireTagTest::content)
                    .anyMatch(content -> references.stream().anyMatch(content::contains));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
