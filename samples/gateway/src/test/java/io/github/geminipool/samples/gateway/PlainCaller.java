package io.github.geminipool.samples.gateway;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Sends the same request again and again over one connection, and costs little beside. Not thread-safe. */
final class PlainCaller implements AutoCloseable {

    /**
     * What a call took.
     *
     * @param first nanoseconds until the first byte of the body
     * @param whole nanoseconds until its last
     */
    record Took(long first, long whole) {}

    private final Socket socket;
    private final InputStream in;
    private final byte[] request;
    private long first;

    PlainCaller(int port, String head, String body) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        this.in = new BufferedInputStream(socket.getInputStream(), 32 * 1024);
        this.request = (head + "Host: localhost\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Calls; fails unless the status is 200. */
    Took call() throws IOException {
        long start = System.nanoTime();
        first = 0;
        socket.getOutputStream().write(request);
        String status = line();
        if (!status.contains(" 200 ")) {
            throw new IOException(status);
        }
        long length = -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(
                        lower.substring("content-length:".length()).strip());
            }
        }
        if (length >= 0) {
            read(length);
        } else {
            for (int part = chunk(); part > 0; part = chunk()) {
                read(part);
                line();
            }
            line();
        }
        return new Took(first - start, System.nanoTime() - start);
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line().split(";", 2)[0].strip(), 16);
    }

    private void read(long length) throws IOException {
        if (first == 0 && length > 0) {
            readByte();
            first = System.nanoTime();
            in.skipNBytes(length - 1);
        } else {
            in.skipNBytes(length);
        }
    }

    private int readByte() throws IOException {
        int read = in.read();
        if (read < 0) {
            throw new EOFException();
        }
        return read;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = readByte(); c != '\n'; c = readByte()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
