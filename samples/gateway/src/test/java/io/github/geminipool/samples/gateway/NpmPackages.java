package io.github.geminipool.samples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Packages from npm, with the Node.js that they need.
 *
 * @param directory where they are installed
 */
record NpmPackages(Path directory) {

    private static final String LOCK = "package-lock.json";

    /**
     * Installs what a lock file says, unless that is there from an earlier run; the test is skipped if that is not possible.
     *
     * @param name a folder in {@code src/test}
     */
    static NpmPackages installed(String name) throws IOException, InterruptedException {
        Path sources = Path.of("src/test", name);
        Path directory = Files.createDirectories(Path.of("target", name));
        Path lock = directory.resolve(LOCK);
        boolean isInstalled = Files.exists(directory.resolve("node_modules/.package-lock.json"))
                && Files.mismatch(sources.resolve(LOCK), lock) < 0;
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.toList()) {
                Files.copy(file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        NpmPackages packages = new NpmPackages(directory);
        String problem = isInstalled ? "" : packages.install();
        if (!problem.isEmpty()) {
            Files.delete(lock);
            assertThat(Boolean.getBoolean("npm.required")).as(problem).isFalse();
            assumeTrue(false, problem);
        }
        return packages;
    }

    private String install() throws InterruptedException {
        try {
            Process npm = new ProcessBuilder("npm", "ci", "--no-progress", "--prefer-offline")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log("npm"))
                    .start();
            if (!npm.waitFor(150, TimeUnit.SECONDS)) {
                npm.destroyForcibly();
                return "npm took too long";
            }
            return npm.exitValue() == 0 ? "" : "npm could not install";
        } catch (IOException e) {
            return "npm is not there";
        }
    }

    /** Returns a run of Node.js whose errors go to a log. */
    ProcessBuilder node(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("node_modules/.bin/node", script));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(directory.toFile()).redirectError(log("node"));
    }

    private File log(String name) {
        return directory.resolve(name + ".log").toFile();
    }
}
