package io.github.geminipool.simulator.internal.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** What can be done to the connection below a request. */
final class Connections {
    private Connections() {}

    /** Ends it with a TCP reset: closing it alone would be an orderly end. */
    static void reset(Request request) {
        SocketChannelEndPoint socket = socket(request);
        try {
            socket.getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException closedAlready) {
            throw new UncheckedIOException(closedAlready);
        }
        socket.close();
    }

    /** Ends it in order, whatever was promised in the headers. */
    static void close(Request request) {
        socket(request).close();
    }

    /**
     * Runs something when the client closes its end. Only for a request that will never be answered: the connection
     * cannot be used afterwards.
     */
    static void whenClosedByClient(Request request, Runnable action) {
        EndPoint endPoint = endPoint(request);
        boolean watching = endPoint.tryFillInterested(Callback.from(
                () -> {
                    if (drained(endPoint)) {
                        whenClosedByClient(request, action);
                    } else {
                        endPoint.close();
                        action.run();
                    }
                },
                gone -> action.run()));
        if (!watching) {
            throw new IllegalStateException("The connection is being read by someone else");
        }
    }

    private static boolean drained(EndPoint endPoint) {
        ByteBuffer buffer = BufferUtil.allocate(1024);
        try {
            int filled;
            do {
                BufferUtil.clear(buffer);
                filled = endPoint.fill(buffer);
            } while (filled > 0);
            return filled == 0;
        } catch (IOException reset) {
            return false;
        }
    }

    private static EndPoint endPoint(Request request) {
        return request.getConnectionMetaData().getConnection().getEndPoint();
    }

    private static SocketChannelEndPoint socket(Request request) {
        EndPoint endPoint = endPoint(request);
        if (endPoint instanceof SslConnection.SslEndPoint tls) {
            endPoint = tls.getSslConnection().getEndPoint();
        }
        return (SocketChannelEndPoint) endPoint;
    }
}
