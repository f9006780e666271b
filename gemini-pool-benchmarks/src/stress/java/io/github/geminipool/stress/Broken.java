package io.github.geminipool.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/**
 * A class of the core with a compare-and-set replaced by a separate compare and set, like flaws seen in other libraries. It is
 * generated from the current source, so that nothing else differs.
 *
 * @param file path below the core's sources
 * @param updater the constant that does the compare-and-set
 * @param field the field that it sets
 * @param caughtBy the races that must detect it, each of them
 */
record Broken(String file, String updater, String field, List<Class<?>> caughtBy) {

    static final List<Broken> ALL = List.of(
            // A second completion creates an instance from nothing.
            new Broken(
                    "internal/pool/Lease.java",
                    "COMPLETED",
                    "completed",
                    List.of(LeaseCompletionStress.class, DoubleCompletionStress.class)),
            // An instance is handed to a request that no longer waits, and is lost.
            new Broken(
                    "internal/pool/LeaseRequest.java",
                    "OUTCOME",
                    "outcome",
                    List.of(HandOverAgainstCancelStress.class)),
            // A thread replaces a newer state with one derived from an older state.
            new Broken(
                    "internal/health/ExclusionCell.java",
                    "CURRENT",
                    "current",
                    List.of(QuarantineOfHalfOpenKeyStress.class, ProbeStress.class)));

    String name() {
        return "broken " + file.substring(file.lastIndexOf('/') + 1, file.indexOf('.'));
    }

    /** Compiles it into a folder to be put before the core on a class path. */
    void compile(Path coreSources, Path classes) throws IOException {
        Path source = classes.resolveSibling(file.substring(file.lastIndexOf('/') + 1));
        Files.createDirectories(classes);
        Files.writeString(
                source,
                broken(Files.readString(
                        coreSources.resolve("io/github/geminipool").resolve(file))));
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "-d",
                        classes.toString(),
                        source.toString());
        if (failed != 0) {
            throw new IllegalStateException(name() + " can't be compiled: see " + source);
        }
    }

    private String broken(String source) {
        Matcher atOnce = Pattern.compile(updater + "\\.compareAndSet\\(this, (\\w+), ([^()]+)\\)")
                .matcher(source);
        // Reading the clock takes some time, which makes it more likely that the other thread gets in between.
        String broken =
                atOnce.replaceAll("(" + field + " == $1 && System.nanoTime() != 0 && (" + field + " = $2) == ($2))");
        if (broken.equals(source)) {
            throw new IllegalStateException(file + " has no " + updater + ".compareAndSet(this, …) to break");
        }
        return broken;
    }
}
