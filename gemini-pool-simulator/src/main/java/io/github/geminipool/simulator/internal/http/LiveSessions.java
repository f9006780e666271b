package io.github.geminipool.simulator.internal.http;

import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.internal.wire.GoogleError;
import java.time.Duration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;

/** Upgrades accepted handshakes to Live sessions. */
final class LiveSessions {
    private static final long MAX_CHARACTERS = 16L * 1024 * 1024;

    private final ServerWebSocketContainer container;

    LiveSessions(Server server) {
        container = ServerWebSocketContainer.ensure(server);
        container.setIdleTimeout(Duration.ZERO);
        container.setMaxTextMessageSize(MAX_CHARACTERS);
    }

    void open(Request request, Response response, Callback callback, @Nullable FaultAction fault) {
        boolean upgraded = container.upgrade(
                (upgrade, answer, unused) ->
                        new LiveSession(fault instanceof FaultAction.CloseLive close ? close : null),
                request,
                response,
                callback);
        if (!upgraded) {
            response.setStatus(400);
            Requests.json(
                    response,
                    GoogleError.body(400, "INVALID_ARGUMENT", "This path accepts only websockets."),
                    callback);
        }
    }
}
