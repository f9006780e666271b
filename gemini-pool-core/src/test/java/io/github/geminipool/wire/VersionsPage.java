package io.github.geminipool.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of docs/versions.md. */
public final class VersionsPage {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `[\\w.]+:([\\w-]+)` \\| ([\\w. ]+) \\|");

    private VersionsPage() {}

    /** Returns the names of the jars that it says are tested, such as {@code okhttp-4.12.0.jar}. */
    public static List<String> jars() {
        List<String> jars = new ArrayList<>();
        try {
            Matcher row = ROW.matcher(Files.readString(Path.of("../docs/versions.md")));
            while (row.find()) {
                for (String version : row.group(2).split(" and ", -1)) {
                    jars.add(row.group(1) + "-" + version + ".jar");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jars;
    }
}
