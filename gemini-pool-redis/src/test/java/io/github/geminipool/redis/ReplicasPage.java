package io.github.geminipool.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code docs/replicas.md} says. */
final class ReplicasPage {

    private ReplicasPage() {}

    /** Returns the rights that the page has a user given. */
    static List<String> rights(String user, String password) {
        String command = text().lines()
                .filter(line -> line.startsWith("ACL SETUSER "))
                .findFirst()
                .orElseThrow();
        return List.of(command.substring(("ACL SETUSER " + user + " ").length())
                .replace(">PASSWORD", ">" + password)
                .split(" "));
    }

    /** Returns the rights that the page has a user of one namespace given. */
    static List<String> rightsOf(String namespace, String password) {
        List<String> patterns = Pattern.compile("`([~&][^`]*NAMESPACE[^`]*)`")
                .matcher(text())
                .results()
                .map(found -> found.group(1).replace("NAMESPACE", namespace))
                .toList();
        Stream<String> others =
                rights("gemini", password).stream().filter(right -> !right.startsWith("~") && !right.startsWith("&"));
        return Stream.concat(others, patterns.stream()).toList();
    }

    static String text() {
        try {
            return Files.readString(Path.of("../docs/replicas.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
