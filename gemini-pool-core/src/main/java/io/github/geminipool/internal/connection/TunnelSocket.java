package io.github.geminipool.internal.connection;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A socket that limits the time a proxy takes to open a tunnel; OkHttp would wait as long as for a response. */
class TunnelSocket extends ForwardingSocket {

    private static final byte[] REQUEST = "CONNECT ".getBytes(StandardCharsets.US_ASCII);

    private final long limitNanos;
    private final LongSupplier nanos;

    /** Whether the tunnel is open, or none is needed. */
    private volatile boolean opened;

    private volatile boolean asked;
    private volatile long askedNanos;

    /**
     * Creates a socket that is not connected.
     *
     * @param limit the time that a proxy has to open a tunnel; 0 for no limit
     */
    TunnelSocket(Duration limit, LongSupplier nanos) {
        this.limitNanos = limit.toNanos();
        this.nanos = nanos;
        this.opened = limit.isZero();
    }

    /** Records that the socket leads to Gemini from now on. */
    void opened() {
        opened = true;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
        socket().connect(endpoint, timeoutMillis);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream in = super.getInputStream();
        return opened ? in : new Answer(in);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream out = super.getOutputStream();
        return opened ? out : new Question(out);
    }

    private void limitNextRead() throws IOException {
        long left = limitNanos - (nanos.getAsLong() - askedNanos);
        if (left <= 0) {
            throw tooLate();
        }
        // The TLS handshake, which reads next, sets its own.
        socket().setSoTimeout((int) Math.min(Integer.MAX_VALUE, 1 + TimeUnit.NANOSECONDS.toMillis(left)));
    }

    private static SocketTimeoutException tooLate() {
        return new SocketTimeoutException("The proxy did not open a tunnel within the connect timeout");
    }

    private final class Question extends FilterOutputStream {

        private boolean begun;

        Question(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (!begun) {
                begun = true;
                asked = count >= REQUEST.length
                        && Arrays.equals(bytes, offset, offset + REQUEST.length, REQUEST, 0, REQUEST.length);
                askedNanos = nanos.getAsLong();
            }
            out.write(bytes, offset, count);
        }
    }

    private final class Answer extends FilterInputStream {

        Answer(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (!asked || opened) {
                return in.read(bytes, offset, count);
            }
            limitNextRead();
            try {
                return in.read(bytes, offset, count);
            } catch (SocketTimeoutException e) {
                SocketTimeoutException late = tooLate();
                late.initCause(e);
                throw late;
            }
        }
    }
}
