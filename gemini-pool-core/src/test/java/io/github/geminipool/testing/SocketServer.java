package io.github.geminipool.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that answers each request byte by byte as a test wishes, on a thread for each connection. */
public final class SocketServer implements AutoCloseable {

    /** Answers requests. */
    @FunctionalInterface
    public interface Handler {

        /**
         * Answers a request.
         *
         * @param request its first line
         * @return whether the connection stays open
         */
        boolean answer(String request, Socket client) throws IOException;
    }

    private final ServerSocket server;
    private final Handler handler;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();

    /** Starts a server on the loopback interface. */
    public SocketServer(Handler handler) {
        this.handler = handler;
        try {
            this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "socket-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                client.setTcpNoDelay(true);
                clients.add(client);
                start(() -> serve(client));
            } catch (IOException e) {
                // The server is closed, or the client has gone already.
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            boolean open = true;
            while (open) {
                String request = RawRequest.read(client.getInputStream());
                requests.incrementAndGet();
                open = handler.answer(request, client);
            }
        } catch (IOException e) {
            // The client has closed the connection, or the handler has reset it.
        } finally {
            clients.remove(client);
        }
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Returns the number of requests so far. */
    public int requests() {
        return requests.get();
    }

    /** Returns the number of open connections. */
    public int connections() {
        return clients.size();
    }

    /** Writes a whole response with a length. */
    public static void write(Socket client, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        write(client, head(type, "Content-Length: " + bytes.length));
        OutputStream out = client.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /** Returns the head of a response with status 200. */
    public static String head(String type, String... headers) {
        return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    /** Writes a text as it is. */
    public static void write(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        client.getOutputStream().flush();
    }

    /** Returns a text as a chunk. */
    public static String chunk(String text) {
        return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n";
    }

    /** Closes a connection with a reset instead of an end. */
    public static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket client : clients) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
