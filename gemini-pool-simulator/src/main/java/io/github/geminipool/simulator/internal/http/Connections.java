package io.github.geminipool.simulator.internal.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;

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
