package io.github.geminipool.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between client and server as a gateway does, and forgets connections without telling either side. */
public final class SilentProxy implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final int target;
    private final List<Line> lines = new CopyOnWriteArrayList<>();

    public SilentProxy(int target) throws IOException {
        this.target = target;
        daemon(this::accept);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "silent-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Returns the number of connections so far. */
    public int connections() {
        return lines.size();
    }

    /** Forwards nothing more over the connections that there are; new ones work. */
    public void forgetConnections() {
        lines.forEach(line -> line.forgotten = true);
    }

    /** Resets the connections that there are. */
    public void resetConnections() throws IOException {
        for (Line line : lines) {
            line.reset();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Line line = new Line(client, new Socket(InetAddress.getLoopbackAddress(), target));
                lines.add(line);
                daemon(() -> line.forward(line.client, line.upstream));
                daemon(() -> line.forward(line.upstream, line.client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Line line : lines) {
            line.client.close();
            line.upstream.close();
        }
    }

    private static final class Line {

        private final Socket client;
        private final Socket upstream;
        private volatile boolean forgotten;

        Line(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void reset() throws IOException {
            if (!client.isClosed()) {
                client.setSoLinger(true, 0);
                client.close();
            }
            upstream.close();
        }

        void forward(Socket from, Socket to) {
            byte[] bytes = new byte[8192];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                    if (!forgotten) {
                        out.write(bytes, 0, read);
                        out.flush();
                    }
                }
                if (!forgotten) {
                    to.close();
                }
            } catch (IOException e) {
                try {
                    from.close();
                    to.close();
                } catch (IOException late) {
                    // Both sides are closed, or will be with the proxy.
                }
            }
        }
    }
}
