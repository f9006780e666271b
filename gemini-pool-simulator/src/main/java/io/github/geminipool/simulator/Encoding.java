package io.github.geminipool.simulator;

/** An unusual encoding of a response. */
public enum Encoding {
    /** UTF-8 after a byte order mark. */
    UTF_8_WITH_BOM,
    /** UTF-16 with a byte order mark, named in the content type. */
    UTF_16,
    /** UTF-8 where the content type names ISO-8859-1. */
    WRONG_CHARSET,
    /** UTF-8 with bytes that are not valid in it. */
    INVALID_UTF_8,
    /** Compressed, whether the client accepts that or not. */
    GZIP,
    /** Said to be compressed, but is not. */
    NOT_GZIP
}
