package io.github.geminipool.simulator;

/** How a response ends in the middle. */
public enum Cut {
    /** The connection is closed; a body that is not a stream promised its full length. */
    CLOSE,
    /** The connection is closed before the last chunk of a chunked body. */
    CHUNKED,
    /** The TCP connection is reset. */
    RESET,
    /** The response ends as if it were complete. */
    END,
    /** Nothing more is sent, but the connection stays open until the client closes it. */
    HANG
}
