package io.github.geminipool.stress;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.ReportUtils;

/** A run of jcstress in a separate process, whose forks inherit the class path. */
final class JCStressRun {

    private static final long LONGEST_MINUTES = 15;
    private static final String RESULTS = "jcstress-results-*.bin.gz";

    private final Path folder;
    private final Set<String> races;
    private String classPath = System.getProperty("java.class.path");

    /**
     * Creates a run.
     *
     * @param folder folder for the results
     * @param races class names
     */
    JCStressRun(Path folder, Set<String> races) {
        this.folder = folder;
        this.races = Set.copyOf(races);
    }

    /** Returns a run with other classes first on the class path. */
    JCStressRun before(Path classes) {
        classPath = classes + File.pathSeparator + classPath;
        return this;
    }

    List<TestResult> run() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        for (Path old : results()) {
            Files.delete(old);
        }
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-classpath",
                        classPath,
                        Main.class.getName(),
                        "-t",
                        races.stream().collect(Collectors.joining("|", "^(", ")$")),
                        "-r",
                        "report",
                        // The races are about locks and atomics, so the compilation mode matters little.
                        "-jvmArgs",
                        "-XX:+TieredCompilation",
                        "-pth",
                        "false",
                        "-sc",
                        "false",
                        "-af",
                        "NONE",
                        // Finding out how many samples fit in memory takes long if they are many.
                        "-strideCount",
                        "8",
                        "-iters",
                        "3",
                        "-time",
                        "1000")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("jcstress.txt").toFile())
                .start();
        try {
            if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
                throw new IllegalStateException("jcstress has not ended after " + LONGEST_MINUTES + " minutes");
            }
        } finally {
            process.destroyForcibly();
        }
        // The exit code tells whether forbidden results occurred; the caller judges them.
        List<TestResult> results = ReportUtils.mergedByName(read());
        results.sort(Comparator.comparing(TestResult::getName));
        return results;
    }

    private Collection<TestResult> read() throws IOException {
        InProcessCollector collector = new InProcessCollector();
        for (Path file : results()) {
            DiskReadCollector reader = new DiskReadCollector(file.toString(), collector);
            try {
                reader.dump();
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("Results of another jcstress: " + file, e);
            } finally {
                reader.close();
            }
        }
        return collector.getTestResults();
    }

    private List<Path> results() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, RESULTS)) {
            List<Path> found = new ArrayList<>();
            files.forEach(found::add);
            return found;
        }
    }
}
