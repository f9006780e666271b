package io.github.geminipool.benchmarks;

import io.github.geminipool.simulator.cli.SimulatorMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A simulator in a separate process, which affects the measurement only by its CPU time. */
final class SimulatorProcess implements AutoCloseable {

    private static final String GREETING = "listening on ";

    private final Process process;
    private final String baseUrl;
    private final HttpClient control = HttpClient.newHttpClient();

    /** Starts a simulator with a number of keys, see {@link #secret(int)}. */
    SimulatorProcess(int keys) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-classpath",
                System.getProperty("java.class.path"),
                SimulatorMain.class.getName(),
                "--port",
                "0"));
        for (int i = 0; i < keys; i++) {
            command.add("--key");
            command.add(secret(i));
        }
        this.process =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        try {
            this.baseUrl = greeting(process.inputReader());
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static String greeting(BufferedReader output) throws IOException {
        String line = output.readLine();
        while (line != null) {
            int at = line.indexOf(GREETING);
            if (at >= 0) {
                return line.substring(at + GREETING.length()).strip();
            }
            line = output.readLine();
        }
        throw new IOException("The simulator exited before it was listening");
    }

    static String secret(int index) {
        return "secret-" + index;
    }

    String baseUrl() {
        return baseUrl;
    }

    /** Adds a fault, given as JSON with the fields of the simulator's {@code --fault}. */
    void fault(String json) throws IOException {
        control("POST", json);
    }

    void clearFaults() throws IOException {
        control("DELETE", "");
    }

    private void control(String method, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + "/_simulator/faults"))
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            int status = control.send(request, BodyHandlers.discarding()).statusCode();
            if (status != 200) {
                throw new IOException("The simulator answered " + status + " to " + method + " " + body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
