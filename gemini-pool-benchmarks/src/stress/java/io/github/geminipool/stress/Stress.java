package io.github.geminipool.stress;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs all races: each has to end in one of the ways that it allows. Then runs some of them on classes that are broken on
 * purpose: there each has to end in another way, or it would prove nothing.
 */
public final class Stress {

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
        out.println("Races in the pool; this takes about four minutes.");
        row("", "race", "samples", "");
        Set<String> all = new TreeSet<>(TestList.tests());
        for (TestResult result : results("core", new JCStressRun(target.resolve("core"), all).run(), all)) {
            judge(result);
        }
        for (Broken broken : Broken.ALL) {
            Path folder = target.resolve(broken.name().replace(' ', '-'));
            Path classes = folder.resolve("classes");
            broken.compile(coreSources, classes);
            Set<String> races = new TreeSet<>();
            broken.caughtBy().forEach(race -> races.add(race.getName()));
            JCStressRun run = new JCStressRun(folder, races).before(classes);
            for (TestResult result : results(broken.name(), run.run(), races)) {
                judgeBroken(broken, result);
            }
        }
    }

    /** The results, which must be one of each race. */
    private List<TestResult> results(String what, List<TestResult> results, Set<String> races) {
        Set<String> missing = new TreeSet<>(races);
        results.forEach(result -> missing.remove(result.getName()));
        for (String race : missing) {
            fail(what, race, 0, "did not run");
        }
        return results;
    }

    private void judge(TestResult result) {
        if (result.status() == Status.NORMAL && result.grading().isPassed) {
            row("core", shortName(result.getName()), result.getTotalCount(), "held");
        } else {
            fail("core", result.getName(), result.getTotalCount(), "FAILED: " + what(result));
        }
    }

    private void judgeBroken(Broken broken, TestResult result) {
        long forbidden = forbidden(result);
        if (forbidden > 0) {
            row(broken.name(), shortName(result.getName()), result.getTotalCount(), "caught, " + forbidden + " times");
        } else {
            fail(broken.name(), result.getName(), result.getTotalCount(), "NOT CAUGHT");
        }
    }

    /** How many samples ended in a way that is forbidden. */
    private static long forbidden(TestResult result) {
        return result.grading().gradingResults.values().stream()
                .filter(graded -> graded.expect == Expect.FORBIDDEN)
                .mapToLong(graded -> graded.count)
                .sum();
    }

    private static String what(TestResult result) {
        return result.status() + " " + result.grading().failureMessages + " " + result.getMessages();
    }

    private void fail(String what, String race, long samples, String verdict) {
        failures++;
        row(what, shortName(race), samples, verdict);
    }

    private static String shortName(String race) {
        return race.substring(race.lastIndexOf('.') + 1);
    }

    private void row(Object what, Object race, Object samples, Object verdict) {
        out.printf("| %-20s | %-30s | %11s | %s%n", what, race, samples, verdict);
    }
}
