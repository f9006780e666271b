package io.github.geminipool.internal.request;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.Okio;
import okio.Sink;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how many input tokens a request has, from its bytes: text by its length, media by type and length. The figures
 * are those of <a href="https://ai.google.dev/gemini-api/docs/tokens">Google's page on tokens</a>; how many seconds, tiles
 * or pages there are in so many bytes is a guess.
 */
public final class PromptSize {

    /** Google: "a token is equivalent to about 4 characters". */
    private static final int BYTES_PER_TOKEN = 4;

    /**
     * Google: of an image, or of each tile that a larger one is cut into; of <a
     * href="https://ai.google.dev/gemini-api/docs/document-processing">a document's page</a>, too.
     */
    private static final int IMAGE_TOKENS = 258;

    /** Google: "Audio: 32 tokens per second". */
    private static final int AUDIO_TOKENS_PER_SECOND = 32;

    /** Google: "Video: 263 tokens per second". */
    private static final int VIDEO_TOKENS_PER_SECOND = 263;

    /** A guess: what a compressed tile of 768 by 768 pixels may have. */
    private static final int BYTES_PER_TILE = 100_000;

    /** A guess: who sends more bytes sends better quality, not more tiles. */
    private static final int MOST_TILES = 16;

    /** A guess: 128 kbit/s. */
    private static final int AUDIO_BYTES_PER_SECOND = 16_000;

    /** A guess: 16 bits, two channels, 44.1 kHz. */
    private static final int PCM_BYTES_PER_SECOND = 176_400;

    /** A guess: 2 Mbit/s. */
    private static final int VIDEO_BYTES_PER_SECOND = 250_000;

    /** A guess. */
    private static final int BYTES_PER_PAGE = 50_000;

    /** What a file has at least that is only named: an image, or a page. Its length is not known. */
    private static final int FILE_TOKENS = IMAGE_TOKENS;

    private static final List<String> UNCOMPRESSED =
            List.of("audio/wav", "audio/x-wav", "audio/vnd.wave", "audio/pcm", "audio/l16");

    private PromptSize() {}

    /** The estimate; 0 if there is no body, or if it can't be looked at and does not tell its length. */
    public static long tokens(@Nullable RequestBody body) throws IOException {
        if (body == null) {
            return 0;
        }
        MediaType type = body.contentType();
        boolean isReadable = !body.isOneShot() && !body.isDuplex();
        if (!isReadable || (type != null && !isJson(type))) {
            return byLength(body);
        }
        Reader reader = new Reader();
        BufferedSink sink = Okio.buffer((Sink) reader);
        body.writeTo(sink);
        sink.emit();
        return type == null && !reader.beginsLikeJson() ? byLength(body) : reader.tokens();
    }

    private static boolean isJson(MediaType type) {
        return type.type().equals("application") && type.subtype().equals("json");
    }

    private static long byLength(RequestBody body) throws IOException {
        return Math.max(0, body.contentLength()) / BYTES_PER_TOKEN;
    }

    /** What media are counted by: so many tokens for each so many bytes, the last of which need not be full. */
    private enum Kind {
        IMAGE(IMAGE_TOKENS, BYTES_PER_TILE),
        AUDIO(AUDIO_TOKENS_PER_SECOND, AUDIO_BYTES_PER_SECOND),
        PCM(AUDIO_TOKENS_PER_SECOND, PCM_BYTES_PER_SECOND),
        VIDEO(VIDEO_TOKENS_PER_SECOND, VIDEO_BYTES_PER_SECOND),
        PDF(IMAGE_TOKENS, BYTES_PER_PAGE),
        TEXT(1, BYTES_PER_TOKEN),
        UNKNOWN(IMAGE_TOKENS, Integer.MAX_VALUE);

        private final int tokens;
        private final int bytes;

        Kind(int tokens, int bytes) {
            this.tokens = tokens;
            this.bytes = bytes;
        }

        static Kind of(JsonWord type) {
            if (type.beginsWith("image/")) {
                return IMAGE;
            } else if (type.beginsWith("audio/")) {
                return type.beginsWithAny(UNCOMPRESSED) ? PCM : AUDIO;
            } else if (type.beginsWith("video/")) {
                return VIDEO;
            } else if (type.beginsWith("application/pdf")) {
                return PDF;
            }
            return type.beginsWith("text/") ? TEXT : UNKNOWN;
        }

        long tokensOf(long size) {
            long parts = Math.max(1, partsOf(size, bytes));
            return tokens * (this == IMAGE ? Math.min(parts, MOST_TILES) : parts);
        }
    }

    private static long partsOf(long size, int part) {
        return (size + part - 1) / part;
    }

    /** The names that matter. */
    private enum Name {
        NONE,
        INLINE_DATA,
        FILE_DATA,
        MIME_TYPE,
        DATA,
        FILE_URI,
        OTHER;

        static Name of(JsonWord word) {
            if (word.is("inlinedata")) {
                return INLINE_DATA;
            } else if (word.is("filedata")) {
                return FILE_DATA;
            } else if (word.is("mimetype")) {
                return MIME_TYPE;
            } else if (word.is("data")) {
                return DATA;
            }
            return word.is("fileuri") ? FILE_URI : OTHER;
        }
    }

    /** Reads JSON as it is written, and keeps no more of it than the last name or type. */
    private static final class Reader implements Sink {

        private final Buffer.UnsafeCursor cursor = new Buffer.UnsafeCursor();
        private final JsonWord word = new JsonWord();
        private byte first;
        private long textSize;

        private int depth;
        private boolean inString;
        private boolean escaped;
        private boolean inWord;
        private boolean inData;
        /** Of the value that comes next, or is being read. */
        private Name name = Name.NONE;

        /** The depth within the object of media that is being read, or 0. */
        private int mediaDepth;

        private boolean isFile;
        private boolean hasMedia;
        private Kind kind = Kind.UNKNOWN;
        /** In base64. */
        private long dataSize;

        private long mediaTokens;

        boolean beginsLikeJson() {
            return first == '{';
        }

        long tokens() {
            return Math.max(1, mediaTokens + partsOf(textSize, BYTES_PER_TOKEN));
        }

        @Override
        public void write(Buffer source, long byteCount) throws IOException {
            long left = byteCount;
            try (Buffer.UnsafeCursor bytes = source.readUnsafe(cursor)) {
                while (left > 0 && bytes.next() > 0) {
                    int count = (int) Math.min(left, bytes.end - bytes.start);
                    read(Objects.requireNonNull(bytes.data), bytes.start, bytes.start + count);
                    left -= count;
                }
            }
            source.skip(byteCount);
        }

        private void read(byte[] bytes, int begin, int end) {
            if (textSize == 0) {
                first = bytes[begin];
            }
            textSize += end - begin;
            int at = begin;
            while (at < end) {
                if (inString) {
                    at = readString(bytes, at, end);
                } else {
                    readSign(bytes[at++]);
                }
            }
        }

        /** Up to what must be looked at next: the end of the string, or what is escaped in it. */
        private int readString(byte[] bytes, int begin, int end) {
            int at = begin;
            if (escaped) {
                escaped = false;
                at++;
            }
            while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
                at++;
            }
            if (inWord) {
                word.add(bytes, begin, at);
            } else if (inData) {
                dataSize += at - begin;
            }
            if (at == end) {
                return end;
            }
            if (bytes[at] == '\\') {
                escaped = true;
            } else {
                endString();
            }
            return at + 1;
        }

        private void readSign(byte sign) {
            switch (sign) {
                case '"' -> beginString();
                case ':' -> name = Name.of(word);
                case ',' -> name = Name.NONE;
                case '{' -> beginObject();
                case '[' -> {
                    depth++;
                    name = Name.NONE;
                }
                case '}', ']' -> end();
                default -> {}
            }
        }

        private void beginString() {
            boolean ofMedia = depth == mediaDepth;
            inString = true;
            inWord = name == Name.NONE || (ofMedia && name == Name.MIME_TYPE);
            inData = ofMedia && name == Name.DATA;
            hasMedia |= inData || (ofMedia && name == Name.FILE_URI);
            word.clear();
        }

        private void endString() {
            inString = false;
            if (inWord && name == Name.MIME_TYPE) {
                kind = Kind.of(word);
            }
        }

        private void beginObject() {
            depth++;
            if (mediaDepth == 0 && (name == Name.INLINE_DATA || name == Name.FILE_DATA)) {
                mediaDepth = depth;
                hasMedia = false;
                isFile = name == Name.FILE_DATA;
                kind = Kind.UNKNOWN;
                dataSize = 0;
            }
            name = Name.NONE;
        }

        private void end() {
            if (depth == mediaDepth) {
                endMedia();
            }
            depth--;
            name = Name.NONE;
        }

        private void endMedia() {
            mediaDepth = 0;
            if (hasMedia) {
                mediaTokens += isFile ? FILE_TOKENS : kind.tokensOf(dataSize / 4 * 3);
                textSize -= dataSize;
            }
        }

        @Override
        public void flush() {}

        @Override
        public Timeout timeout() {
            return Timeout.NONE;
        }

        @Override
        public void close() {}
    }
}
