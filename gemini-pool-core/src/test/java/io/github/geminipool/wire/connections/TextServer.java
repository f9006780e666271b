package io.github.geminipool.wire.connections;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A server of plain HTTP/1.1 that keeps what it is sent; a proxy too, as far as plain requests go. */
final class TextServer implements AutoCloseable {

    private static final String LENGTH = "content-length: ";
    private static final String KEY = "x-goog-api-key: ";

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private volatile Function<String, String> otherwise = head -> ok("{\"path\":\"" + pathOf(head) + "\"}");

    TextServer() throws IOException {
        daemon(this::accept);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "text-server");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    static String ok(String json) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n"
                + json;
    }

    void redirect(String path, int status, String location) {
        answers.put(path, "HTTP/1.1 " + status + " Moved\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
    }

    /** Answers everything that has no answer of its own, by the request's head. */
    void otherwise(Function<String, String> answer) {
        otherwise = answer;
    }

    /** Returns the heads of the requests, in order. */
    List<String> heads() {
        return heads;
    }

    /** Returns the keys of the requests, in order; "" for none. */
    List<String> keys() {
        return heads.stream().map(head -> valueOf(head, KEY)).toList();
    }

    private static String pathOf(String head) {
        return head.split(" ", 3)[1];
    }

    private static String valueOf(String head, String field) {
        int at = head.toLowerCase(Locale.ROOT).indexOf(field);
        return at < 0 ? "" : head.substring(at + field.length(), head.indexOf('\r', at));
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            while (true) {
                String head = read(in);
                heads.add(head);
                String own = answers.get(pathOf(head));
                out.write((own != null ? own : otherwise.apply(head)).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static String read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("no request came");
            }
            head.append((char) next);
        }
        String length = valueOf(head.toString(), LENGTH);
        in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
