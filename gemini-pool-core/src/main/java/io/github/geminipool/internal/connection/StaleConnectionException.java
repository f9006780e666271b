package io.github.geminipool.internal.connection;

import java.net.ProtocolException;

/** OkHttp chose a connection that is older than the call accepts; nothing was sent. */
final class StaleConnectionException extends ProtocolException {

    private static final long serialVersionUID = 1L;

    StaleConnectionException() {
        super("The connection is too old for this attempt");
    }
}
