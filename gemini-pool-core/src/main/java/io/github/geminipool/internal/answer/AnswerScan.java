package io.github.geminipool.internal.answer;

import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.internal.wire.JsonScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a response says about itself as it passes to its reader. If something is said repeatedly, as in each event of a
 * stream, the last one counts. Written by one thread at a time; {@link #facts()} may be called by any.
 */
public final class AnswerScan extends JsonScan {

    /** Maximum length of a text; longer ones are ignored. */
    private static final int MAX_LENGTH = 128;

    /** Maximum number of digits of a count; any such number fits into a long. */
    private static final int MAX_DIGITS = 18;

    private static final long UNKNOWN = -1;

    private enum Field {
        RESPONSE_ID("responseId"),
        MODEL_VERSION("modelVersion"),
        FINISH_REASON("finishReason"),
        PROMPT("promptTokenCount"),
        THOUGHTS("thoughtsTokenCount"),
        CANDIDATES("candidatesTokenCount"),
        TOOL_USE("toolUsePromptTokenCount"),
        CACHED("cachedContentTokenCount");

        private static final Field[] ALL = values();
        private static final int MIN_LENGTH = RESPONSE_ID.name.length;

        @SuppressWarnings("ImmutableEnumChecker") // Never changed: compared with the bytes of each name.
        private final byte[] name;

        Field(String name) {
            this.name = name.getBytes(StandardCharsets.US_ASCII);
        }

        static @Nullable Field of(byte[] bytes, int from, int to) {
            if (to - from < MIN_LENGTH) {
                return null;
            }
            for (Field field : ALL) {
                byte[] name = field.name;
                if (name.length == to - from && Arrays.equals(name, 0, name.length, bytes, from, to)) {
                    return field;
                }
            }
            return null;
        }
    }

    private @Nullable Field field;
    private @Nullable String model;
    private @Nullable String id;
    private @Nullable String finishReason;
    private long prompt = UNKNOWN;
    private long toolUse;
    private long cached;
    private long candidates;
    private long thoughts;

    /** Written last, to publish the fields above to other threads. */
    private volatile boolean hasPassed;

    /** Returns what the response has said so far; null if nothing. */
    @Nullable
    public ResponseFacts facts() {
        if (!hasPassed) {
            return null;
        }
        TokenUsage tokens = prompt == UNKNOWN ? null : new TokenUsage(prompt + toolUse, cached, candidates, thoughts);
        return model == null && id == null && finishReason == null && tokens == null
                ? null
                : new ResponseFacts(model, id, finishReason, tokens);
    }

    /**
     * Reads bytes that have just passed.
     *
     * @param sink the buffer that ends with them
     * @param count their number
     */
    public void passed(Buffer sink, long count) throws IOException {
        if (count > 0) {
            sink.copyTo(this, sink.size() - count, count);
            hasPassed = true;
        }
    }

    @Override
    protected boolean name(byte[] bytes, int from, int to) {
        field = Field.of(bytes, from, to);
        return field != null;
    }

    @Override
    protected void string(byte[] bytes, int from, int to, long length) {
        if (field == null || length > MAX_LENGTH || !isPrintable(bytes, from, to)) {
            return;
        }
        switch (field) {
            case MODEL_VERSION -> model = text(model, bytes, from, to);
            case RESPONSE_ID -> id = text(id, bytes, from, to);
            case FINISH_REASON -> finishReason = text(finishReason, bytes, from, to);
            default -> {}
        }
    }

    private static boolean isPrintable(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] <= ' ') {
                return false;
            }
        }
        return true;
    }

    /** Returns the text of a slice; the previous text if it is the same, as it is in all events of a stream. */
    private static String text(@Nullable String previous, byte[] bytes, int from, int to) {
        return previous != null && isSame(previous, bytes, from, to)
                ? previous
                : new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    }

    private static boolean isSame(String text, byte[] bytes, int from, int to) {
        if (text.length() != to - from) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (text.charAt(i - from) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    protected void literal(byte[] bytes, int from, int to) {
        long count = count(bytes, from, to);
        if (field == null || count == UNKNOWN) {
            return;
        }
        switch (field) {
            case PROMPT -> prompt = count;
            case TOOL_USE -> toolUse = count;
            case CACHED -> cached = count;
            case CANDIDATES -> candidates = count;
            case THOUGHTS -> thoughts = count;
            default -> {}
        }
    }

    private static long count(byte[] bytes, int from, int to) {
        if (to - from > MAX_DIGITS) {
            return UNKNOWN;
        }
        long count = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return UNKNOWN;
            }
            count = 10 * count + digit;
        }
        return count;
    }
}
