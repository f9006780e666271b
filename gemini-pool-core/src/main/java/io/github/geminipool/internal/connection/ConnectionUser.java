package io.github.geminipool.internal.connection;

import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/** A call, as a user of connections. Thread-safe. */
public interface ConnectionUser {

    /** Records the connection over which a request of the call is about to be sent. */
    void sendsOver(ConnectionState connection);

    /** Records the call that opens a connection for this one, to be cancelled with it; null once that has ended. */
    void opens(@Nullable Call connecting);

    /** Returns whether the call must not use connections opened at a time, in nanoseconds. */
    boolean avoidsConnectionOf(long openedNanos);

    /** Takes the call's only chance to resend a request that was certainly not processed; returns false if it was already taken. */
    boolean takeResend();

    /** Returns the key of the current request; null before the first. */
    @Nullable
    String key();

    /** Records that nothing of the last request was processed. */
    void notProcessed();
}
