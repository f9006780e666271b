package io.github.geminipool.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
 */
class WireTagTest {

    private static final Path CLASSES = classes();

    /** References by which a test that calls OkHttp or has its own server is found. */
    private static final List<String> USES =
            List.of("okhttp3/Request", "okhttp3/OkHttpClient", "okhttp3/ConnectionPool", "java/net/ServerSocket");

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
                .filteredOn(WireTagTest::usesOkHttp)
                .hasSizeGreaterThan(7)
                .allSatisfy(type ->
                        assertThat(isTagged(type, "okhttp")).as(type.getName()).isTrue());
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
                .flatMap(element -> Arrays.stream(element.getAnnotationsByType(Tag.class)))
                .anyMatch(tag -> tag.value().equals(value));
    }

    /** Looks for references in the class file of the test and of its nested classes. */
    private static boolean usesOkHttp(Class<?> type) {
        Path directory = CLASSES.resolve(type.getPackageName().replace('.', '/'));
        String name = type.getSimpleName();
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches(name + "(\\$.*)?\\.class"))
                    .map(WireTagTest::content)
                    .anyMatch(content -> USES.stream().anyMatch(content::contains));
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
