package io.github.geminipool.stress;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs all races, which must have only allowed results. Then runs some of them on classes broken on purpose, where each must
 * have a forbidden result; otherwise it would prove nothing.
 */
public final class Stress {

    private static final int MOST_RUNS = 3;

    private final Path coreSources;
    private final Path target;
    private final PrintStream out;
    private int failures;

    private Stress(Path coreSources, Path target, PrintStream out) {
        this.coreSources = coreSources;
        this.target = target;
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Stress stress = new Stress(Path.of(arguments[0]), Path.of(arguments[1]), System.out);
        stress.run();
        if (stress.failures > 0) {
            throw new IllegalStateException(stress.failures + " of the races did not end as they should");
        }
    }

    private void run() throws IOException, InterruptedException {
        out.println("Races in the pool; this takes about five minutes.");
        row("", "race", "samples", "");
        runAll();
        for (Broken broken : Broken.ALL) {
            run(broken);
        }
    }

    private void runAll() throws IOException, InterruptedException {
        Set<String> missing = new TreeSet<>(TestList.tests());
        for (TestResult result : new JCStressRun(target.resolve("core"), missing).run()) {
            missing.remove(result.getName());
            boolean passed = result.status() == Status.NORMAL && result.grading().isPassed;
            judge(
                    "core",
                    result.getName(),
                    result.getTotalCount(),
                    passed,
                    passed ? "held" : "FAILED: " + what(result));
        }
        for (String race : missing) {
            judge("core", race, 0, false, "did not run");
        }
    }

    private void run(Broken broken) throws IOException, InterruptedException {
        Path folder = target.resolve(broken.name().replace(' ', '-'));
        Path classes = folder.resolve("classes");
        broken.compile(coreSources, classes);
        Set<String> unnoticed = new TreeSet<>();
        broken.caughtBy().forEach(race -> unnoticed.add(race.getName()));
        // Whether threads meet is a matter of chance, especially on a busy machine.
        for (int runs = 0; runs < MOST_RUNS && !unnoticed.isEmpty(); runs++) {
            for (TestResult result :
                    new JCStressRun(folder, unnoticed).before(classes).run()) {
                long forbidden = forbidden(result);
                if (forbidden > 0) {
                    unnoticed.remove(result.getName());
                    String verdict = "caught, " + forbidden + " times";
                    judge(broken.name(), result.getName(), result.getTotalCount(), true, verdict);
                }
            }
        }
        for (String race : unnoticed) {
            judge(broken.name(), race, 0, false, "NOT CAUGHT");
        }
    }

    private void judge(String what, String race, long samples, boolean passed, String verdict) {
        failures += passed ? 0 : 1;
        row(what, race.substring(race.lastIndexOf('.') + 1), samples, verdict);
    }

    /** Returns the number of samples with a forbidden result. */
    private static long forbidden(TestResult result) {
        return result.grading().gradingResults.values().stream()
                .filter(graded -> graded.expect == Expect.FORBIDDEN)
                .mapToLong(graded -> graded.count)
                .sum();
    }

    private static String what(TestResult result) {
        return result.status() + " " + result.grading().failureMessages + " " + result.getMessages();
    }

    private void row(Object what, Object race, Object samples, Object verdict) {
        out.printf("| %-32s | %-30s | %11s | %s%n", what, race, samples, verdict);
    }
}
