package io.github.geminipool.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/**
 * A class of the core in which what is compared and set at once is compared first and set then, as in the flaws that we have
 * seen elsewhere. It is made of the class as it is now, so that it differs in nothing else.
 *
 * @param file below the core's sources
 * @param updater the constant that compares and sets
 * @param field what it compares and sets
 * @param caughtBy the tests that have to notice, each of them
 */
record Broken(String file, String updater, String field, List<Class<?>> caughtBy) {

    static final List<Broken> ALL = List.of(
            // A second completion makes an instance out of nothing.
            new Broken(
                    "internal/pool/Lease.java",
                    "COMPLETED",
                    "completed",
                    List.of(LeaseCompletionStress.class, DoubleCompletionStress.class)),
            // An instance is given to one who waits no more, and lost.
            new Broken(
                    "internal/pool/LeaseRequest.java",
                    "OUTCOME",
                    "outcome",
                    List.of(HandOverAgainstCancelStress.class)),
            // What a thread makes of an older state replaces a newer one.
            new Broken(
                    "internal/health/ExclusionCell.java",
                    "CURRENT",
                    "current",
                    List.of(QuarantineOfHalfOpenKeyStress.class, ProbeStress.class)));

    String name() {
        return "broken " + file.substring(file.lastIndexOf('/') + 1, file.indexOf('.'));
    }

    /** Compiles it into a folder that is to come before the core in a class path. */
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
        Matcher atOnce = Pattern.compile(updater + "\\.compareAndSet\\(this, (\\w+), (\\w+)\\)")
                .matcher(source);
        // To read the clock takes a little time, in which the other thread may come: it would some day anyway.
        String broken =
                atOnce.replaceAll("(" + field + " == $1 && System.nanoTime() != 0 && (" + field + " = $2) == $2)");
        if (broken.equals(source)) {
            throw new IllegalStateException(file + " has no " + updater + ".compareAndSet(this, …) to break");
        }
        return broken;
    }
}
