package io.github.geminipool.internal.connection;

import org.jspecify.annotations.Nullable;

/** A call that sends requests, as far as connections are concerned. Thread-safe. */
public interface ConnectionUser {

    /** Records the connection over which a request of the call is about to be sent. */
    void sendsOver(ConnectionState connection);

    /** Returns whether the call must no longer use a connection that was opened at a time, in nanoseconds. */
    boolean avoidsConnectionOf(long openedNanos);

    /**
     * Takes the call's only chance to resend a request that was certainly not processed; returns false if it was taken
     * before.
     */
    boolean takeResend();

    /** Returns the key of the request that is being sent; null before the first. */
    @Nullable
    String key();

    /** Records that nothing of the last request was processed. */
    void notProcessed();
}
