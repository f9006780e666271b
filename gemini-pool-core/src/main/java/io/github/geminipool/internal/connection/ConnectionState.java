package io.github.geminipool.internal.connection;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Connection;
import okhttp3.Protocol;
import okhttp3.internal.connection.RealConnection;

/** The state of a connection: since when it is open, whether it has answered, and whether its loss was reported. Thread-safe. */
public final class ConnectionState {

    private final Connection connection;
    private final long openedNanos;
    private final Losses losses;
    private final AtomicBoolean lossReported = new AtomicBoolean();
    private volatile boolean hasAnswered;

    /** Whether the current request was sent over a connection that had been idle, and has no response yet. */
    private volatile boolean unansweredAfterIdling;

    ConnectionState(Connection connection, long openedNanos, Losses losses) {
        this.connection = connection;
        this.openedNanos = openedNanos;
        this.losses = losses;
    }

    long openedNanos() {
        return openedNanos;
    }

    /** Records that a request is about to be sent. */
    void requested() {
        if (hasAnswered && !isShared()) {
            unansweredAfterIdling = true;
        }
    }

    /** Records that a response came. */
    void answered() {
        if (!hasAnswered) {
            hasAnswered = true;
        }
        if (unansweredAfterIdling) {
            unansweredAfterIdling = false;
        }
        losses.answered();
    }

    /** Returns whether a failure shows that the connection was lost while idle, as others may have been. */
    boolean isLostIdle(IOException failure) {
        return unansweredAfterIdling && !(failure instanceof SocketTimeoutException);
    }

    /** Keeps new calls off this connection; those that use it continue. */
    public void retire() {
        if (connection instanceof RealConnection real) {
            real.setNoNewExchanges(true);
        }
    }

    /** Returns whether new calls can share the connection. */
    boolean isShareable() {
        return isShared() && !isLost() && !asksForFewerPings();
    }

    private boolean isShared() {
        return connection.protocol() == Protocol.HTTP_2;
    }

    private boolean isLost() {
        return connection instanceof RealConnection real ? !real.isHealthy(false) : isClosed();
    }

    boolean isClosed() {
        return connection.socket().isClosed();
    }

    private boolean asksForFewerPings() {
        return connection.socket() instanceof ObservedSslSocket socket && socket.isAskedForFewerPings();
    }

    /**
     * Returns whether a failure says nothing about Gemini. The loss of a shared connection is one event, however many calls it
     * ends: the first call to ask gets false. The loss of an idle connection is no event at all. But connections lost one after
     * another without ever answering are an outage.
     */
    public boolean isKnownLoss(IOException failure) {
        if (isLostIdle(failure)) {
            return true;
        }
        if (!isShared() || failure instanceof SocketTimeoutException || !isLost()) {
            return false;
        }
        if (asksForFewerPings()) {
            return true;
        }
        if (lossReported.compareAndSet(false, true)) {
            if (!hasAnswered) {
                losses.lostUnanswered();
            }
            return false;
        }
        return !losses.areTooMany();
    }
}
