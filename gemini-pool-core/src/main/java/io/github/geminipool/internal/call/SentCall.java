package io.github.geminipool.internal.call;

import io.github.geminipool.internal.connection.ConnectionState;
import io.github.geminipool.internal.connection.ConnectionUser;
import io.github.geminipool.internal.time.PoolClock;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/** What is known of a call on the wire: the connection of its attempt, and how much of its request may have been sent. Thread-safe. */
abstract class SentCall implements ConnectionUser {

    final PoolClock clock;
    private volatile boolean sent;
    private volatile boolean wasSent;
    private volatile long sentNanos;
    private volatile @Nullable ConnectionState connection;
    private volatile @Nullable Call opening;
    private volatile long attemptNanos;

    /** Connections opened before this are not used; 0 for any. */
    private volatile long avoidedUntilNanos;

    private volatile boolean resent;
    private volatile @Nullable String key;

    SentCall(PoolClock clock) {
        this.clock = clock;
    }

    /** Returns whether the call was cancelled. */
    public abstract boolean isCancelled();

    /** Records that an attempt begins, which has no connection yet. */
    final void sendsAnew(boolean isSent) {
        wasSent |= sent;
        sent = isSent;
        sentNanos = 0;
        connection = null;
        attemptNanos = clock.nanos();
    }

    @Override
    public void opens(@Nullable Call connecting) {
        opening = connecting;
        if (connecting != null && isCancelled()) {
            connecting.cancel();
        }
    }

    /** Cancels the opening of a connection, since the call was cancelled. */
    final void cancelOpening() {
        Call connecting = opening;
        if (connecting != null) {
            connecting.cancel();
        }
    }

    @Override
    public void sendsOver(ConnectionState used) {
        connection = used;
    }

    /** Returns the connection of the attempt; null if it has none. */
    public @Nullable ConnectionState connection() {
        return connection;
    }

    /** Keeps the call from using connections that are older than the attempt, whose read timed out. */
    public void avoidOldConnections() {
        avoidedUntilNanos = attemptNanos;
    }

    @Override
    public boolean avoidsConnectionOf(long openedNanos) {
        return avoidedUntilNanos != 0 && openedNanos - avoidedUntilNanos < 0;
    }

    /** Records the key with which the next request is sent. */
    public void sendsWith(String newKey) {
        key = newKey;
    }

    @Override
    public @Nullable String key() {
        return key;
    }

    @Override
    public boolean takeResend() {
        if (resent || isCancelled()) {
            return false;
        }
        resent = true;
        connection = null;
        return true;
    }

    @Override
    public void notProcessed() {
        sent = false;
        sentNanos = 0;
    }

    /** Records that the attempt's request is being sent. */
    public void requestIsSent() {
        if (sentNanos == 0) {
            sentNanos = clock.nanos();
        }
        sent = true;
    }

    /** Returns when the attempt's request began to be sent; 0 if unknown. */
    public long sentNanos() {
        return sentNanos;
    }

    /** Returns whether any part of any of its requests so far may have reached the server. */
    public boolean isAnySent() {
        return sent || wasSent;
    }

    /** Returns whether any part of the attempt's request may have been sent. */
    public boolean isSent() {
        return sent;
    }
}
