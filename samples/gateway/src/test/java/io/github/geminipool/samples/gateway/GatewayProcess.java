package io.github.geminipool.samples.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gateway in a process of its own, with a heap of 256 MB. */
final class GatewayProcess implements AutoCloseable {

    private static final Pattern ADDRESS = Pattern.compile("GOOGLE_GEMINI_BASE_URL=http://localhost:(\\d+)");

    private final Process process;
    private final int port;

    private GatewayProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a gateway.
     *
     * @param options options of the JVM
     * @param properties properties beside those of {@link RunningGateway}
     */
    static GatewayProcess start(String geminiUrl, List<String> options, String... properties) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(options);
        command.addAll(List.of(
                "-classpath",
                System.getProperty("java.class.path"),
                GatewayApplication.class.getName(),
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--gemini.pool.base-url=" + geminiUrl,
                "--gemini.pool.keys=" + RunningGateway.KEY_ONE,
                "--gateway.operator.password=" + RunningGateway.PASSWORD));
        command.addAll(List.of(properties));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        int port = port(process.inputReader());
        return new GatewayProcess(process, port);
    }

    private static int port(BufferedReader output) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            Matcher address = ADDRESS.matcher(line);
            if (address.find()) {
                return Integer.parseInt(address.group(1));
            }
        }
        throw new AssertionError("The gateway did not start: " + lines);
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Connects; reading takes a minute at most. */
    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        return socket;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
