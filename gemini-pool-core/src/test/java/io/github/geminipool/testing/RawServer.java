package io.github.geminipool.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server of one answer, byte for byte, that keeps the heads of the requests. It closes each connection after its answer. */
public final class RawServer implements AutoCloseable {

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private volatile byte[] answer = {};

    /** Starts the server. */
    public RawServer() throws IOException {
        Thread thread = new Thread(this::serve, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Sets the answer to all further requests; its length is added to the headers. */
    public void answer(String statusLine, byte[] body, String... headers) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String head =
                "HTTP/1.1 " + statusLine + "\r\n" + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n")
                        + "Content-Length: " + body.length + "\r\nConnection: close\r\n\r\n";
        bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        answer = bytes.toByteArray();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                client.setTcpNoDelay(true);
                heads.add(read(client.getInputStream()));
                client.getOutputStream().write(answer);
                client.getOutputStream().flush();
            } catch (IOException e) {
                // The client or the test has gone.
            }
        }
    }

    private static String read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        readUntil(in, head, "\r\n\r\n");
        String lower = head.toString().toLowerCase(Locale.ROOT);
        int length = lower.indexOf("content-length: ");
        if (length >= 0) {
            int from = length + "content-length: ".length();
            in.readNBytes(Integer.parseInt(lower.substring(from, lower.indexOf("\r\n", from))));
        } else if (lower.contains("transfer-encoding: chunked")) {
            readUntil(in, new StringBuilder(), "0\r\n\r\n");
        }
        return head.toString();
    }

    private static void readUntil(InputStream in, StringBuilder read, String end) throws IOException {
        while (read.length() < end.length() || read.lastIndexOf(end) != read.length() - end.length()) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("no request came");
            }
            read.append((char) next);
        }
    }

    /** Returns the heads of the requests, in order. */
    public List<String> heads() {
        return heads;
    }

    /** Returns the server's URL. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
