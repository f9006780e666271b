package io.github.geminipool.internal.wire;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * Tokenizes JSON as it is written to this stream, in chunks cut anywhere, and reports names and the values of the names
 * that a subclass wants. Builds no tree, never fails, and allocates only where a name or a wanted value is cut by the end
 * of a chunk or contains an escape. Tolerates malformed input: whatever still looks like JSON is reported.
 * Not thread-safe.
 */
public abstract class JsonScan extends OutputStream {

    /** Maximum number of bytes reported of a name or string that is cut or escaped. */
    public static final int MAX_KEPT = 1_024;

    private static final byte[] NONE = {};
    private static final int MIN_CAPACITY = 64;

    private enum State {
        BETWEEN_TOKENS,
        STRING,
        ESCAPE,
        UNICODE_ESCAPE,
        LITERAL,
        STOPPED
    }

    private State state = State.BETWEEN_TOKENS;
    private int depth;

    /** One bit per depth below 64, set for arrays. */
    private long arrays;

    private boolean isInArray;

    private boolean isAfterColon;

    /** Whether the subclass wants the value of the last name, or the elements of the current array. */
    private boolean isWanted;

    /** Whether the string being read is a name. */
    private boolean isName;

    /** Whether the string being read is reported. */
    private boolean isReported;

    /** The beginning of a token that is not reported directly from its chunk. */
    private byte[] kept = NONE;

    private int keptSize;

    /** The full length of that token. */
    private long length;

    /** The value of a Unicode escape's digits so far, after a leading 1. */
    private int escape;

    /**
     * Handles a name. It is a slice of an array that is only valid during this call.
     *
     * @return whether its value is wanted
     */
    protected abstract boolean name(byte[] bytes, int from, int to);

    /**
     * Handles a wanted string, a slice of an array that is only valid during this call. Escapes are replaced; one beyond
     * ASCII becomes the byte 0xff.
     *
     * @param length the length in bytes; more than the slice's if the string is longer than {@value #MAX_KEPT} and was
     *     cut or escaped
     */
    protected abstract void string(byte[] bytes, int from, int to, long length);

    /**
     * Handles a part of a wanted string that is cut or escaped, in order, before {@link #string} handles the whole.
     * Together the parts are the whole string, however long it is.
     */
    protected void part(byte[] bytes, int from, int to) {}

    /** Handles a part that was an escape, like {@link #part(byte[], int, int)}. */
    protected void part(byte b) {}

    /** Handles the position in the chunk at which a name or a wanted string begins, after its quotation mark. */
    protected void stringBegins(int at) {}

    /** Handles the position in the chunk of the quotation mark that ends a name or a wanted string, before it is handled. */
    protected void stringEnds(int at) {}

    /** Handles a wanted number, {@code true}, {@code false} or {@code null}, or what stands in its place. */
    protected void literal(byte[] bytes, int from, int to) {}

    /**
     * Handles the beginning of a wanted object or array, which {@link #depth()} already includes.
     *
     * @return for an array, whether its elements are wanted, up to and including the first object or array
     */
    protected boolean begins(boolean isArray) {
        return false;
    }

    /** Handles the end of any object or array, which {@link #depth()} still includes. */
    protected void ends() {}

    /** Ignores everything from here on. */
    protected final void stop() {
        state = State.STOPPED;
    }

    /** Returns the number of objects and arrays around the current position. */
    protected final int depth() {
        return depth;
    }

    /**
     * Compares a name with a word, whether written as {@code fileUri} or {@code file_uri}.
     *
     * @param word in lower case without underscores
     */
    public static boolean matches(byte[] bytes, int from, int to, String word) {
        int matched = 0;
        for (int at = from; at < to; at++) {
            byte b = bytes[at];
            if (b != '_') {
                int lower = b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
                if (matched == word.length() || word.charAt(matched) != lower) {
                    return false;
                }
                matched++;
            }
        }
        return matched == word.length();
    }

    @Override
    public final void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
        int end = from + count;
        int at = from;
        while (at < end) {
            at = state == State.BETWEEN_TOKENS ? readToken(bytes, at, end) : resume(bytes, at, end);
        }
    }

    /** Reads on within a token, and returns the position after what was read. */
    private int resume(byte[] bytes, int from, int end) {
        return switch (state) {
            case STRING -> isReported ? readString(bytes, from, end) : skipString(bytes, from, end);
            case ESCAPE -> {
                readEscape(bytes[from]);
                yield from + 1;
            }
            case UNICODE_ESCAPE -> readUnicodeEscape(bytes[from]) ? from + 1 : from;
            case LITERAL -> readLiteral(bytes, from, end);
            case BETWEEN_TOKENS, STOPPED -> end;
        };
    }

    /** Reads up to the end of the next token that is not punctuation. */
    private int readToken(byte[] bytes, int from, int end) {
        for (int at = from; at < end; at++) {
            byte b = bytes[at];
            if (b > ' ') {
                switch (b) {
                    case '"' -> {
                        return beginString(bytes, at + 1, end);
                    }
                    case ':' -> isAfterColon = true;
                    case ',' -> endElement();
                    case '{' -> begin(false);
                    case '[' -> begin(true);
                    case '}', ']' -> end();
                    default -> {
                        if (isWanted && (isAfterColon || isInArray)) {
                            return readLiteral(bytes, at, end);
                        }
                    }
                }
            }
        }
        return end;
    }

    private void endElement() {
        isAfterColon = false;
        if (!isInArray) {
            isWanted = false;
        }
    }

    private void begin(boolean isArray) {
        boolean isReported = isWanted && (isAfterColon || isInArray);
        depth++;
        if (depth < Long.SIZE) {
            arrays = isArray ? arrays | (1L << depth) : arrays & ~(1L << depth);
        }
        isInArray = depth >= Long.SIZE || isArray;
        isAfterColon = false;
        isWanted = isReported && begins(isArray) && isArray;
    }

    private void end() {
        ends();
        depth = Math.max(0, depth - 1);
        isInArray = depth >= Long.SIZE || (arrays & (1L << depth)) != 0;
        isAfterColon = false;
        isWanted = false;
    }

    private int beginString(byte[] bytes, int from, int end) {
        isName = !isAfterColon && !isInArray;
        isReported = isName || isWanted;
        if (!isReported) {
            return skipString(bytes, from, end);
        }
        stringBegins(from);
        int at = StringSearch.endOfRun(bytes, from, end);
        if (at < end && bytes[at] == '"') {
            stringEnds(at);
            endString(bytes, from, at, at - from);
            return at + 1;
        }
        beginToken();
        return endRun(bytes, from, at, end);
    }

    private void beginToken() {
        keptSize = 0;
        length = 0;
    }

    private int skipString(byte[] bytes, int from, int end) {
        int at = StringSearch.indexOfQuote(bytes, from, end);
        while (at < end && StringSearch.isEscaped(bytes, from, at)) {
            at = StringSearch.indexOfQuote(bytes, at + 1, end);
        }
        if (at == end) {
            state = StringSearch.isEscaped(bytes, from, end) ? State.ESCAPE : State.STRING;
            return end;
        }
        state = State.BETWEEN_TOKENS;
        return at + 1;
    }

    private int readString(byte[] bytes, int from, int end) {
        return endRun(bytes, from, StringSearch.endOfRun(bytes, from, end), end);
    }

    /** Ends a part of a reported string: at its closing quote, before an escape, or at the end of the chunk. */
    private int endRun(byte[] bytes, int from, int at, int end) {
        if (!isName) {
            part(bytes, from, at);
        }
        keep(bytes, from, at);
        if (at == end) {
            state = State.STRING;
            return end;
        }
        if (bytes[at] == '\\') {
            state = State.ESCAPE;
        } else {
            state = State.BETWEEN_TOKENS;
            stringEnds(at);
            endString(kept, 0, keptSize, length);
        }
        return at + 1;
    }

    private void endString(byte[] bytes, int from, int to, long fullLength) {
        if (isName) {
            isWanted = to - from == fullLength && name(bytes, from, to);
        } else {
            string(bytes, from, to, fullLength);
        }
    }

    private void readEscape(byte b) {
        if (b == 'u') {
            state = State.UNICODE_ESCAPE;
            escape = 1;
        } else {
            state = State.STRING;
            int control = "bfnrt".indexOf(b);
            keepEscaped(control < 0 ? b : (byte) "\b\f\n\r\t".charAt(control));
        }
    }

    /** Reads a digit of a Unicode escape; returns false if the byte is none and belongs to the string again. */
    private boolean readUnicodeEscape(byte b) {
        int digit = Character.digit(b, 16);
        if (digit < 0) {
            state = State.STRING;
            return false;
        }
        escape = escape << 4 | digit;
        if (escape >= 0x1_0000) {
            state = State.STRING;
            keepEscaped(escape < 0x1_0080 ? (byte) escape : (byte) 0xff);
        }
        return true;
    }

    private int readLiteral(byte[] bytes, int from, int end) {
        if (state != State.LITERAL) {
            isReported = true;
            beginToken();
        }
        int at = from;
        while (at < end && !endsLiteral(bytes[at])) {
            at++;
        }
        if (at == end) {
            state = State.LITERAL;
            keep(bytes, from, at);
            return end;
        }
        state = State.BETWEEN_TOKENS;
        if (length == 0) {
            literal(bytes, from, at);
        } else {
            keep(bytes, from, at);
            literal(kept, 0, keptSize);
        }
        return at;
    }

    private static boolean endsLiteral(byte b) {
        return switch (b) {
            case '"', ',', ':', '[', ']', '{', '}' -> true;
            default -> b <= ' ';
        };
    }

    private void keepEscaped(byte b) {
        if (isReported && !isName) {
            part(b);
        }
        length++;
        if (isReported && keptSize < MAX_KEPT) {
            reserve(1);
            kept[keptSize++] = b;
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        length += to - from;
        int count = isReported ? Math.min(to - from, MAX_KEPT - keptSize) : 0;
        if (count > 0) {
            reserve(count);
            System.arraycopy(bytes, from, kept, keptSize, count);
            keptSize += count;
        }
    }

    private void reserve(int count) {
        if (keptSize + count > kept.length) {
            int capacity = Math.max(Math.max(MIN_CAPACITY, 2 * kept.length), keptSize + count);
            kept = Arrays.copyOf(kept, Math.min(MAX_KEPT, capacity));
        }
    }
}
