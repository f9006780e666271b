package io.github.geminipool.internal.answer;

import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an answer says of itself while it passes, without parsing it. Quotes within a text are escaped, so that what is
 * said there is not taken for the answer's own; of what is said more than once, the last counts.
 */
public final class AnswerScan {

    private static final int PROMPT = 0;
    private static final int TOOLS = 1;
    private static final int CACHED = 2;
    private static final int CANDIDATES = 3;
    private static final int THOUGHTS = 4;
    private static final int MODEL = 5;
    private static final int ID = 6;
    private static final int FINISH = 7;

    /** What is looked for, numbers before texts. */
    private static final List<ByteString> NAMES = Stream.of(
                    "promptTokenCount",
                    "toolUsePromptTokenCount",
                    "cachedContentTokenCount",
                    "candidatesTokenCount",
                    "thoughtsTokenCount",
                    "modelVersion",
                    "responseId",
                    "finishReason")
            .map(ByteString::encodeUtf8)
            .toList();

    private static final int NUMBERS = MODEL;

    private enum State {
        OUTSIDE,
        NAME,
        AFTER_NAME,
        BEFORE_VALUE,
        NUMBER,
        TEXT
    }

    /** What is longer is no value that is looked for. */
    private static final int LONGEST = 128;

    /** So many fit into a long, whatever they are. */
    private static final int MOST_DIGITS = 18;

    private final Buffer.UnsafeCursor cursor = new Buffer.UnsafeCursor();
    private final byte[] word = new byte[LONGEST];
    private final long[] numbers = {-1, -1, -1, -1, -1};
    private final @Nullable String[] texts = new @Nullable String[NAMES.size() - NUMBERS];
    private State state = State.OUTSIDE;
    private int field;
    private int length;
    private long number;

    /** The last byte that passed. */
    private byte last;

    /** Written after all else, for whoever asks on another thread. */
    private volatile boolean hasPassed;

    /** What has been said so far; null if nothing. */
    @Nullable
    public ResponseFacts facts() {
        if (!hasPassed) {
            return null;
        }
        ResponseFacts facts = new ResponseFacts(text(MODEL), text(ID), text(FINISH), tokens());
        return facts.model() == null && facts.id() == null && facts.finishReason() == null && facts.tokens() == null
                ? null
                : facts;
    }

    private @Nullable String text(int of) {
        return texts[of - NUMBERS];
    }

    private @Nullable TokenUsage tokens() {
        return numbers[PROMPT] < 0
                ? null
                : new TokenUsage(count(PROMPT) + count(TOOLS), count(CACHED), count(CANDIDATES), count(THOUGHTS));
    }

    private long count(int of) {
        return Math.max(0, numbers[of]);
    }

    /**
     * Bytes have passed to the reader.
     *
     * @param sink what they are in; not looked at later
     * @param count how many of its last bytes they are
     */
    public void passed(Buffer sink, long count) {
        if (count <= 0) {
            return;
        }
        try (Buffer.UnsafeCursor there = sink.readUnsafe(cursor)) {
            int found = there.seek(sink.size() - count);
            while (found > 0) {
                byte[] bytes = there.data;
                if (bytes != null) {
                    scan(bytes, there.start, there.end);
                }
                found = there.next();
            }
        }
        hasPassed = true;
    }

    private void scan(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end) {
            if (state == State.OUTSIDE) {
                while (at < end && bytes[at] != '"') {
                    at++;
                }
                if (at < end && (at > from ? bytes[at - 1] : last) != '\\') {
                    begin(State.NAME);
                }
                at++;
            } else if (takes(bytes[at])) {
                at++;
            }
        }
        last = bytes[end - 1];
    }

    private void begin(State next) {
        state = next;
        length = 0;
        number = 0;
    }

    /** Takes a byte that follows an opening quote; one that can't follow it is looked at again as what it is outside. */
    private boolean takes(byte b) {
        return switch (state) {
            case OUTSIDE -> false;
            case NAME -> takesOfName(b);
            case AFTER_NAME -> isBlank(b) || goesOn(b == ':', State.BEFORE_VALUE);
            case BEFORE_VALUE -> isBlank(b) || takesFirstOfValue(b);
            case NUMBER -> takesOfNumber(b);
            case TEXT -> takesOfText(b);
        };
    }

    private boolean goesOn(boolean does, State next) {
        begin(does ? next : State.OUTSIDE);
        return does;
    }

    private boolean takesOfName(byte b) {
        if (b != '"') {
            boolean isLetter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
            return (isLetter && length < LONGEST) ? append(b) : goesOn(false, State.OUTSIDE);
        }
        field = named();
        // What is no name may be the end of a text, or stand before one.
        begin(field < 0 ? State.NAME : State.AFTER_NAME);
        return true;
    }

    private int named() {
        for (int i = 0; i < NAMES.size(); i++) {
            ByteString name = NAMES.get(i);
            if (name.size() == length && name.rangeEquals(0, word, 0, length)) {
                return i;
            }
        }
        return -1;
    }

    private boolean append(byte b) {
        word[length++] = b;
        return true;
    }

    private boolean takesFirstOfValue(byte b) {
        if (isNumber() && isDigit(b)) {
            begin(State.NUMBER);
            return false;
        }
        return goesOn(!isNumber() && b == '"', State.TEXT);
    }

    private boolean takesOfNumber(byte b) {
        if (isDigit(b)) {
            if (length++ < MOST_DIGITS) {
                number = 10 * number + digit(b);
            }
            return true;
        }
        if ((isBlank(b) || b == ',' || b == '}') && length <= MOST_DIGITS) {
            numbers[field] = number;
        }
        return goesOn(false, State.OUTSIDE);
    }

    private boolean takesOfText(byte b) {
        if (b == '"') {
            keep();
            return goesOn(true, State.OUTSIDE);
        }
        return (b > ' ' && b != '\\' && length < LONGEST) ? append(b) : goesOn(false, State.OUTSIDE);
    }

    /** Each event of a stream says the same. */
    private void keep() {
        int index = field - NUMBERS;
        String before = texts[index];
        if (before == null || before.length() != length || !startsWith(before)) {
            texts[index] = new String(word, 0, length, StandardCharsets.US_ASCII);
        }
    }

    private boolean startsWith(String before) {
        for (int i = 0; i < length; i++) {
            if (before.charAt(i) != word[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean isNumber() {
        return field < NUMBERS;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static int digit(byte b) {
        return b - '0';
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
