package io.github.geminipool.simulator.internal.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;

/** Ends the connection of a request. */
final class Connections {
    private Connections() {}

    /** Resets the TCP connection; closing alone would end it in an orderly way. */
    static void reset(Request request) {
        SocketChannelEndPoint socket = socket(request);
        try {
            socket.getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException closedAlready) {
            throw new UncheckedIOException(closedAlready);
        }
        socket.close();
    }

    /** Closes the connection in an orderly way, regardless of the headers sent. */
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
