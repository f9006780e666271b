package io.github.geminipool.internal.request;

import java.util.List;

/**
 * A kind of media, with the tokens that the API counts for it. The tokens are <a
 * href="https://ai.google.dev/gemini-api/docs/tokens">Google's figures</a>; how many bytes a tile, a second or a page has is
 * estimated.
 */
enum MediaKind {
    /** Per tile of 768 by 768 pixels. */
    IMAGE(258, 100_000),
    /** Per second, at 128 kbit/s. */
    AUDIO(32, 16_000),
    /** Per second of uncompressed audio: 16 bits, two channels, 44.1 kHz. */
    PCM(32, 176_400),
    /** Per second, at 2 Mbit/s. */
    VIDEO(263, 250_000),
    /** Per <a href="https://ai.google.dev/gemini-api/docs/document-processing">page</a>. */
    PDF(258, 50_000),
    /** "A token is equivalent to about 4 characters". */
    TEXT(1, 4),
    /** As one image. */
    UNKNOWN(258, Integer.MAX_VALUE);

    /** Maximum number of tiles of an image; more bytes mean better quality. */
    private static final int MAX_TILES = 16;

    private static final List<String> UNCOMPRESSED =
            List.of("audio/wav", "audio/x-wav", "audio/vnd.wave", "audio/pcm", "audio/l16");

    private final int tokensPerUnit;
    private final int bytesPerUnit;

    MediaKind(int tokensPerUnit, int bytesPerUnit) {
        this.tokensPerUnit = tokensPerUnit;
        this.bytesPerUnit = bytesPerUnit;
    }

    /**
     * Returns the kind of a MIME type.
     *
     * @param type in lower case
     */
    static MediaKind of(String type) {
        if (type.startsWith("image/")) {
            return IMAGE;
        } else if (type.startsWith("audio/")) {
            return UNCOMPRESSED.stream().anyMatch(type::startsWith) ? PCM : AUDIO;
        } else if (type.startsWith("video/")) {
            return VIDEO;
        } else if (type.startsWith("application/pdf")) {
            return PDF;
        }
        return type.startsWith("text/") ? TEXT : UNKNOWN;
    }

    /** Estimates the tokens of a number of bytes; a unit that has begun counts in full. */
    long tokens(long bytes) {
        long units = Math.max(1, (bytes + bytesPerUnit - 1) / bytesPerUnit);
        return tokensPerUnit * (this == IMAGE ? Math.min(units, MAX_TILES) : units);
    }
}
