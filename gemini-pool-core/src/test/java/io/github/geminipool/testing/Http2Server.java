package io.github.geminipool.testing;

import io.github.geminipool.simulator.internal.tls.ServerIdentity;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * An HTTP/2 server over TLS at the level of frames, for what no HTTP server offers: a GOAWAY, a refused stream, silence. It does
 * not decode headers; each request is answered alike unless a test decides otherwise.
 */
public final class Http2Server implements AutoCloseable {

    public static final int NO_ERROR = 0;
    public static final int INTERNAL_ERROR = 2;
    public static final int REFUSED_STREAM = 7;
    public static final int ENHANCE_YOUR_CALM = 11;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PREFACE = 24;
    private static final String ANSWER =
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}],\"role\":\"model\"},"
                    + "\"finishReason\":\"STOP\"}]}";

    private static final String EVENT =
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]}}]}\r\n\r\n";

    /** What happens to a request that has arrived whole. */
    @FunctionalInterface
    public interface Handler {

        void arrived(Peer peer, int stream) throws IOException;
    }

    /** What happens after a ping was answered. */
    @FunctionalInterface
    public interface PingHandler {

        void answered(Peer peer) throws IOException;
    }

    private final ServerIdentity identity = ServerIdentity.create();
    private final SSLServerSocket server;
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Handler handler = Peer::answer;
    private volatile PingHandler pingHandler = peer -> {};
    private volatile LongSupplier handshakeDelay = () -> 0;

    public Http2Server() throws IOException {
        server = (SSLServerSocket) identity.sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 200, InetAddress.getLoopbackAddress());
        SSLParameters parameters = server.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        server.setSSLParameters(parameters);
        daemon(this::accept);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "http2-server");
        thread.setDaemon(true);
        thread.start();
    }

    public ServerIdentity identity() {
        return identity;
    }

    public int port() {
        return server.getLocalPort();
    }

    public String url(String host) {
        return "https://" + host + ":" + port();
    }

    public void handle(Handler newHandler) {
        handler = newHandler;
    }

    public void handlePings(PingHandler newHandler) {
        pingHandler = newHandler;
    }

    /** Delays each TLS handshake by a time in milliseconds. */
    public void delayHandshakes(LongSupplier millis) {
        handshakeDelay = millis;
    }

    /** Returns the connections so far, in order. */
    public List<Peer> peers() {
        return peers;
    }

    /** Returns the number of requests that arrived whole, processed or not. */
    public int requests() {
        return requests.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                daemon(() -> serve((SSLSocket) socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(SSLSocket socket) {
        try (socket) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(handshakeDelay.getAsLong()));
            socket.startHandshake();
            Peer peer = new Peer(socket);
            peers.add(peer);
            peer.read();
        } catch (IOException e) {
            // The client, or the test, ended the connection.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Peer peer : peers) {
            peer.socket.close();
        }
    }

    /** A connection of a client. */
    public final class Peer {

        private final SSLSocket socket;
        private final DataInputStream in;
        private final DataOutputStream out;
        private final ReentrantLock writing = new ReentrantLock();
        private final AtomicInteger pings = new AtomicInteger();
        private volatile boolean silent;

        private Peer(SSLSocket socket) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(socket.getInputStream());
            this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        }

        public int pings() {
            return pings.get();
        }

        private void read() throws IOException {
            in.readNBytes(PREFACE);
            frame(SETTINGS, 0, 0, new byte[0]);
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt() & Integer.MAX_VALUE;
                byte[] payload = in.readNBytes(length);
                if (!silent) {
                    arrived(type, flags, stream, payload);
                }
            }
        }

        private void arrived(int type, int flags, int stream, byte[] payload) throws IOException {
            if (type == SETTINGS && (flags & ACK) == 0) {
                frame(SETTINGS, ACK, 0, new byte[0]);
            } else if (type == PING && (flags & ACK) == 0) {
                pings.incrementAndGet();
                pinged(payload);
            } else if ((type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
                requests.incrementAndGet();
                handler.arrived(this, stream);
            }
        }

        private void pinged(byte[] payload) throws IOException {
            frame(PING, ACK, 0, payload);
            pingHandler.answered(this);
        }

        public void answer(int stream) throws IOException {
            headers(stream, "application/json");
            frame(DATA, END_STREAM, stream, ANSWER.getBytes(StandardCharsets.UTF_8));
        }

        /** Begins a stream of events, and sends the first one. */
        public void begin(int stream) throws IOException {
            headers(stream, "text/event-stream");
            frame(DATA, 0, stream, EVENT.getBytes(StandardCharsets.UTF_8));
        }

        /** Sends half an answer and resets the stream. */
        public void cut(int stream) throws IOException {
            headers(stream, "application/json");
            frame(DATA, 0, stream, ANSWER.substring(0, ANSWER.length() / 2).getBytes(StandardCharsets.UTF_8));
            frame(RST_STREAM, 0, stream, ints(INTERNAL_ERROR));
        }

        private void headers(int stream, String value) throws IOException {
            byte[] type = value.getBytes(StandardCharsets.US_ASCII);
            ByteArrayOutputStream headers = new ByteArrayOutputStream();
            // HPACK: ":status: 200" of the static table, and a literal value for its "content-type".
            headers.write(0x88);
            headers.write(0x0f);
            headers.write(31 - 15);
            headers.write(type.length);
            headers.writeBytes(type);
            frame(HEADERS, END_HEADERS, stream, headers.toByteArray());
        }

        public void refuse(int stream) throws IOException {
            frame(RST_STREAM, 0, stream, ints(REFUSED_STREAM));
        }

        /** Ends the connection, unless the client has done so: of those opened at the same time, it keeps one. */
        public void goAway(int lastStream, int code) throws IOException {
            try {
                frame(GOAWAY, 0, 0, ints(lastStream, code));
            } catch (SocketException e) {
                // Closed by the client.
                silent = true;
            }
        }

        /** Ends the connection without a word. */
        public void end() throws IOException {
            silent = true;
            socket.close();
        }

        /** Neither answers nor reads any more, and keeps the connection. */
        public void silence() {
            silent = true;
        }

        public boolean isClosed() {
            return socket.isClosed();
        }

        private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
            writing.lock();
            try {
                if (silent) {
                    return;
                }
                out.writeByte(payload.length >> 16);
                out.writeShort(payload.length);
                out.writeByte(type);
                out.writeByte(flags);
                out.writeInt(stream);
                out.write(payload);
                out.flush();
            } finally {
                writing.unlock();
            }
        }

        private byte[] ints(int... values) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream data = new DataOutputStream(bytes);
            for (int value : values) {
                data.writeInt(value);
            }
            return bytes.toByteArray();
        }
    }
}
