package io.github.geminipool.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/**
 * A class of the core in which a change at once, such as a compare-and-set, is replaced by a look and a change, like flaws seen in other
 * libraries. It is generated from the current source, so that nothing else differs.
 *
 * @param file path below the core's sources
 * @param what what is broken in it
 * @param atOnce the changes at once, a regular expression
 * @param broken what replaces them
 * @param caughtBy the races that must detect it, each of them
 */
record Broken(String file, String what, String atOnce, String broken, List<Class<?>> caughtBy) {

    static final List<Broken> ALL = List.of(
            // A second completion creates an instance from nothing.
            compareAndSet(
                    "internal/pool/Lease.java",
                    "COMPLETED",
                    "completed",
                    List.of(LeaseCompletionStress.class, DoubleCompletionStress.class)),
            // An instance is handed to a request that no longer waits, and is lost.
            compareAndSet(
                    "internal/pool/LeaseRequest.java",
                    "OUTCOME",
                    "outcome",
                    List.of(HandOverAgainstCancelStress.class)),
            // A thread replaces a newer state with one derived from an older state.
            compareAndSet(
                    "internal/health/ExclusionCell.java",
                    "CURRENT",
                    "current",
                    List.of(QuarantineOfHalfOpenKeyStress.class, ProbeStress.class)),
            // Two retries spend one token.
            new Broken(
                    "internal/retry/RetryBudget.java",
                    "token",
                    "tokens\\.getAndUpdate\\([^;]+;",
                    "tokens.get() >= TOKEN && System.nanoTime() != 0 && tokens.addAndGet(-TOKEN) > -Long.MAX_VALUE;",
                    List.of(RetryTokenStress.class)),
            // Two retries take one place.
            new Broken(
                    "internal/retry/RetryBudget.java",
                    "place",
                    "boolean isFew = running\\.incrementAndGet\\(\\) <= maxFree;",
                    "boolean isFew = running.get() < maxFree && System.nanoTime() != 0; running.incrementAndGet();",
                    List.of(RetryConcurrencyStress.class)),
            // A request that comes when the reading thread has just looked is forgotten.
            new Broken(
                    "internal/stream/PullSubscription.java",
                    "request",
                    "return state\\.getAndUpdate\\([^;]+;",
                    "int before = state.get(); long until = System.nanoTime() + 2_000;"
                            + " while (System.nanoTime() < until) { Thread.onSpinWait(); }"
                            + " state.set(before == IDLE ? RUNNING : LOOKING_AGAIN); return before == IDLE;",
                    List.of(PublisherStress.class)));

    /**
     * Breaks each compare-and-set of a field.
     *
     * @param updater the constant that does it
     */
    private static Broken compareAndSet(String file, String updater, String field, List<Class<?>> caughtBy) {
        return new Broken(
                file,
                field,
                updater + "\\.compareAndSet\\(this, (\\w+), ([^()]+)\\)",
                // Reading the clock takes some time, which makes it more likely that the other thread gets in between.
                "(" + field + " == $1 && System.nanoTime() != 0 && (" + field + " = $2) == ($2))",
                caughtBy);
    }

    String name() {
        return "broken " + file.substring(file.lastIndexOf('/') + 1, file.indexOf('.')) + " " + what;
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
        String made = Pattern.compile(atOnce).matcher(source).replaceAll(broken);
        if (made.equals(source)) {
            throw new IllegalStateException(file + " has nothing like " + atOnce + " to break");
        }
        return made;
    }
}
