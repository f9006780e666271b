package io.github.geminipool.internal.connection;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import okhttp3.Connection;

/** The states of the open connections. Thread-safe. */
final class ConnectionStates {

    private final ConcurrentMap<Connection, ConnectionState> states = new ConcurrentHashMap<>();
    private final Losses losses = new Losses();
    private final LongSupplier nanos;

    ConnectionStates(LongSupplier nanos) {
        this.nanos = nanos;
    }

    ConnectionState of(Connection connection) {
        ConnectionState known = states.get(connection);
        return known != null ? known : added(connection);
    }

    private ConnectionState added(Connection connection) {
        // OkHttp does not say when it closes a connection.
        states.values().removeIf(ConnectionState::isClosed);
        ConnectionState added = new ConnectionState(connection, nanos.getAsLong(), losses);
        ConnectionState other = states.putIfAbsent(connection, added);
        return other != null ? other : added;
    }

    /** Returns whether there is a connection that new calls can share. */
    boolean haveShareable() {
        return states.values().stream().anyMatch(ConnectionState::isShareable);
    }
}
