package io.github.geminipool.internal.request;

import io.github.geminipool.internal.wire.JsonScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** Estimates the number of input tokens of a request: text by its length, media by type and length. */
public final class PromptSize {

    private static final int BYTES_PER_TOKEN = 4;

    private PromptSize() {}

    /** Returns the estimate; 0 without a body, and for one that can't be read in advance and has no length. */
    public static long tokens(@Nullable RequestBody body) throws IOException {
        if (body == null) {
            return 0;
        }
        MediaType type = body.contentType();
        boolean isReadable = !body.isOneShot() && !body.isDuplex();
        if (!isReadable || (type != null && !isJson(type))) {
            return tokensByLength(body);
        }
        PromptScan scan = new PromptScan();
        BodySink.write(body, scan);
        return type == null && !scan.startsWithObject() ? tokensByLength(body) : scan.tokens();
    }

    private static boolean isJson(MediaType type) {
        return type.type().equals("application") && type.subtype().equals("json");
    }

    private static long tokensByLength(RequestBody body) throws IOException {
        return Math.max(0, body.contentLength()) / BYTES_PER_TOKEN;
    }

    /** The names that matter. */
    private enum Name {
        INLINE_DATA("inlinedata"),
        FILE_DATA("filedata"),
        MIME_TYPE("mimetype"),
        DATA("data"),
        FILE_URI("fileuri");

        private static final Name[] ALL = values();

        private final String word;

        Name(String word) {
            this.word = word;
        }

        static @Nullable Name of(byte[] bytes, int from, int to) {
            for (Name name : ALL) {
                if (JsonScan.matches(bytes, from, to, name.word)) {
                    return name;
                }
            }
            return null;
        }
    }

    /** Counts the bytes of text and the tokens of media. */
    private static final class PromptScan extends JsonScan {

        /** Maximum number of characters looked at of a MIME type. */
        private static final int MAX_TYPE_LENGTH = 64;

        private byte first;
        private long textSize;
        private long mediaTokens;

        private @Nullable Name name;

        /** The depth within the current object of media; 0 outside of one. */
        private int mediaDepth;

        private boolean isFile;
        private boolean hasMedia;
        private MediaKind kind = MediaKind.UNKNOWN;

        /** The number of Base64 characters. */
        private long dataSize;

        boolean startsWithObject() {
            return first == '{';
        }

        long tokens() {
            return Math.max(1, mediaTokens + (textSize + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN);
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            if (textSize == 0 && count > 0) {
                first = bytes[from];
            }
            textSize += count;
            super.write(bytes, from, count);
        }

        @Override
        protected boolean name(byte[] bytes, int from, int to) {
            name = Name.of(bytes, from, to);
            if (name == null) {
                return false;
            }
            boolean isMedia = name == Name.INLINE_DATA || name == Name.FILE_DATA;
            return isMedia ? mediaDepth == 0 : mediaDepth == depth();
        }

        @Override
        protected boolean begins(boolean isArray) {
            if (!isArray && (name == Name.INLINE_DATA || name == Name.FILE_DATA)) {
                mediaDepth = depth();
                hasMedia = false;
                isFile = name == Name.FILE_DATA;
                kind = MediaKind.UNKNOWN;
                dataSize = 0;
            }
            return false;
        }

        @Override
        protected void string(byte[] bytes, int from, int to, long length) {
            if (name == Name.MIME_TYPE) {
                int count = Math.min(to - from, MAX_TYPE_LENGTH);
                kind = MediaKind.of(new String(bytes, from, count, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT));
            } else if (name == Name.DATA) {
                hasMedia = true;
                dataSize += length;
            } else if (name == Name.FILE_URI) {
                hasMedia = true;
            }
        }

        @Override
        protected void ends() {
            if (depth() == mediaDepth) {
                endMedia();
            }
        }

        private void endMedia() {
            mediaDepth = 0;
            if (hasMedia) {
                // The length of a file that is only named is unknown: it is at least an image or a page.
                mediaTokens += isFile ? MediaKind.IMAGE.tokens(1) : kind.tokens(dataSize / 4 * 3);
                textSize -= dataSize;
            }
        }
    }
}
