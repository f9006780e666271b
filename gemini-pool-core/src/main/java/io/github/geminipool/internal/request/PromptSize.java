package io.github.geminipool.internal.request;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the number of input tokens of a request from its body: text by its length, media by type and length. An instance
 * holds the media in one body; most bodies have none.
 */
final class PromptSize {

    private static final int BYTES_PER_TOKEN = 4;

    /** Maximum number of characters looked at of a MIME type. */
    private static final int MAX_TYPE_LENGTH = 64;

    private static final String DATA_URL = "data:";

    private long mediaTokens;

    /** The number of bytes that count as media instead of text. */
    private long mediaSize;

    /** The medium that is being read; null outside of one. */
    private @Nullable Medium medium;

    /** What is known so far of a medium: of an object that holds nothing else, or of one that is a medium if it says its type. */
    private static final class Medium {

        private final int depth;
        private final boolean isFlat;
        private @Nullable MediaKind kind;
        private boolean isPresent;
        private boolean isFile;

        /** The number of Base64 characters. */
        private long size;

        Medium(int depth, boolean isFlat) {
            this.depth = depth;
            this.isFlat = isFlat;
        }
    }

    /** Returns the estimate for a body that is not read; 0 if its length is unknown. */
    static long byLength(RequestBody body) {
        try {
            return Math.max(0, body.contentLength()) / BYTES_PER_TOKEN;
        } catch (IOException | RuntimeException e) {
            // The body is the caller's: sending it will fail in the same way.
            return 0;
        }
    }

    /**
     * Returns the estimate for a body that was read.
     *
     * @param size its length in bytes
     * @param media the media in it; null if there are none
     */
    static long tokens(long size, @Nullable PromptSize media) {
        long textSize = media == null ? size : size - media.mediaSize;
        long mediaTokens = media == null ? 0 : media.mediaTokens;
        return Math.max(1, mediaTokens + (textSize + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN);
    }

    /** Returns whether the value of a field may be a medium, or say something of one. */
    static boolean mayCount(BodyField field) {
        return switch (field) {
            case INLINE_DATA, FILE_DATA, IMAGE_URL, INPUT_AUDIO, MIME_TYPE, DATA, URI -> true;
            default -> false;
        };
    }

    /** Returns whether the value of a field counts, now that some media are known. */
    boolean counts(BodyField field, int depth) {
        return switch (field) {
            case FILE_URI, FORMAT, URL -> medium != null && medium.depth == depth && !medium.isFlat;
            default -> mayCount(field);
        };
    }

    /** Handles the beginning of an object that counts. */
    void begins(BodyField field, int depth) {
        boolean holdsMedium = switch (field) {
            case INLINE_DATA, FILE_DATA, IMAGE_URL, INPUT_AUDIO -> true;
            default -> false;
        };
        if (holdsMedium && (medium == null || medium.isFlat)) {
            medium = new Medium(depth, false);
            medium.isFile = field == BodyField.FILE_DATA || field == BodyField.IMAGE_URL;
        }
    }

    /** Handles the value of a field that counts; the elements of an array do not. */
    void string(BodyField field, int depth, byte[] bytes, int from, int to, long length) {
        switch (field) {
            case IMAGE_URL, URL, FILE_DATA -> url(field, depth, bytes, from, to, length);
            case MIME_TYPE -> withKind(depth, kindOf("", bytes, from, to));
            case FORMAT -> withKind(depth, kindOf("audio/", bytes, from, to));
            case DATA -> {
                Medium of = at(depth);
                of.isPresent = true;
                of.size += length;
            }
            case FILE_URI, URI -> {
                Medium of = at(depth);
                of.isPresent = true;
                of.isFile = true;
            }
            default -> {}
        }
    }

    private void withKind(int depth, MediaKind kind) {
        at(depth).kind = kind;
    }

    private static MediaKind kindOf(String prefix, byte[] bytes, int from, int to) {
        int count = Math.min(to - from, MAX_TYPE_LENGTH);
        String type = new String(bytes, from, count, StandardCharsets.US_ASCII);
        return MediaKind.of(prefix + type.toLowerCase(Locale.ROOT));
    }

    /** Returns the medium of a depth, which begins here if it is none that an object of its own holds. */
    private Medium at(int depth) {
        Medium known = medium;
        if (known == null || (known.depth != depth && known.isFlat)) {
            known = new Medium(depth, true);
            medium = known;
        }
        return known.depth == depth ? known : new Medium(depth, true);
    }

    /** Handles a URL, which may hold the medium itself: {@code data:image/png;base64,…}. */
    private void url(BodyField field, int depth, byte[] bytes, int from, int to, long length) {
        String start = new String(bytes, from, Math.min(to - from, 2 * MAX_TYPE_LENGTH), StandardCharsets.US_ASCII);
        int comma = start.indexOf(',');
        boolean isData = start.regionMatches(true, 0, DATA_URL, 0, DATA_URL.length()) && comma > 0;
        if (!isData) {
            if (field == BodyField.URL) {
                at(depth).isPresent = true;
            } else if (field == BodyField.IMAGE_URL) {
                mediaTokens += MediaKind.IMAGE.tokens(1);
            }
        } else if (start.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64")) {
            add(kindOf("", bytes, from + DATA_URL.length(), from + start.indexOf(';')), length - comma - 1);
        }
    }

    private void add(MediaKind kind, long size) {
        mediaTokens += kind.tokens(size / 4 * 3);
        mediaSize += size;
    }

    /** Handles the end of any object or array. */
    void ends(int depth) {
        Medium ended = medium;
        if (ended == null || depth > ended.depth) {
            return;
        }
        medium = null;
        if (!ended.isPresent || (ended.isFlat && ended.kind == null)) {
            return;
        }
        if (ended.isFile) {
            // The length of a file that is only named is unknown: it is at least an image or a page.
            mediaTokens += MediaKind.IMAGE.tokens(1);
        } else {
            add(ended.kind == null ? MediaKind.UNKNOWN : ended.kind, ended.size);
        }
    }
}
