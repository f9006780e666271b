package io.github.geminipool.internal.request;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import okio.Buffer;
import okio.Sink;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Finds what JSON says under some names, as it passes: it is not parsed, and nothing else of it is kept. Quotes within a
 * text are escaped, so that what is said there is not taken for names.
 */
public final class ResourceScan implements Sink {

    /** Is told what is found. */
    @FunctionalInterface
    interface Finder {
        /**
         * A value is found.
         *
         * @return whether there is more to look for
         */
        boolean found(ResourceField field, String value);
    }

    private static final byte[] NONE = {};

    private final Set<ResourceField> wanted;
    private final int deepest;
    private final Finder finder;
    private final Buffer.UnsafeCursor cursor = new Buffer.UnsafeCursor();
    private final JsonWord word = new JsonWord();

    /** The value that is being read, one byte longer than what is of use; made for the first one. */
    private byte[] value = NONE;

    private int valueSize;

    private boolean ended;
    private int depth;

    /** Which of the containers around are arrays, the innermost by the bit of the depth. */
    private long arrays;

    /** Whether the object is that of an interaction within an event. */
    private boolean inInteraction;

    private boolean inString;
    private boolean escaped;
    private boolean inWord;
    private boolean inValue;
    private boolean afterColon;
    private @Nullable ResourceField field;

    /**
     * A scan.
     *
     * @param wanted the names that matter
     * @param deepest at a depth beyond this, at most 63, nothing matters
     */
    ResourceScan(Set<ResourceField> wanted, int deepest, Finder finder) {
        this.wanted = wanted;
        this.deepest = deepest;
        this.finder = finder;
    }

    /**
     * Bytes have passed to a reader.
     *
     * @param sink what they are in
     * @param count how many of its last bytes they are
     */
    public void passed(Buffer sink, long count) {
        if (ended || count <= 0) {
            return;
        }
        try (Buffer.UnsafeCursor bytes = sink.readUnsafe(cursor)) {
            bytes.seek(sink.size() - count);
            do {
                read(Objects.requireNonNull(bytes.data), bytes.start, bytes.end);
            } while (bytes.next() > 0);
        }
    }

    @Override
    public void write(Buffer source, long byteCount) throws IOException {
        long left = byteCount;
        if (!ended) {
            try (Buffer.UnsafeCursor bytes = source.readUnsafe(cursor)) {
                while (left > 0 && bytes.next() > 0) {
                    int count = (int) Math.min(left, bytes.end - bytes.start);
                    read(Objects.requireNonNull(bytes.data), bytes.start, bytes.start + count);
                    left -= count;
                }
            }
        }
        source.skip(byteCount);
    }

    private void read(byte[] bytes, int begin, int end) {
        int at = begin;
        while (at < end && !ended) {
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
        } else if (inValue) {
            addToValue(bytes, begin, at);
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

    private void addToValue(byte[] bytes, int begin, int end) {
        int count = Math.min(end - begin, value.length - valueSize);
        System.arraycopy(bytes, begin, value, valueSize, count);
        valueSize += count;
    }

    private void readSign(byte sign) {
        switch (sign) {
            case '"' -> beginString();
            case ':' -> beginValue();
            case ',' -> endValue();
            case '{', '[' -> beginContainer(sign == '[');
            case '}', ']' -> endContainer();
            default -> {}
        }
    }

    private void beginString() {
        inString = true;
        inValue = field != null && field != ResourceField.INTERACTION;
        if (inValue && value.length == 0) {
            value = new byte[ResourceNames.LONGEST + 1];
        }
        inWord = !afterColon && !inArray();
        word.clear();
        valueSize = 0;
    }

    private void endString() {
        inString = false;
        ResourceField of = field;
        // What does not fit is too long for a name.
        if (inValue && of != null && valueSize < value.length) {
            ended = !finder.found(of, new String(value, 0, valueSize, StandardCharsets.UTF_8));
        }
    }

    private void beginValue() {
        afterColon = true;
        ResourceField named = depth > deepest ? null : ResourceField.of(word);
        field = named != null && wanted.contains(named) && isAtItsPlace(named) ? named : null;
        word.clear();
    }

    /** An id is that of the whole answer, or of what an event is about. */
    private boolean isAtItsPlace(ResourceField named) {
        return switch (named) {
            case ID -> depth == 1 || (depth == 2 && inInteraction);
            case INTERACTION, NEXT_PAGE_TOKEN -> depth == 1;
            default -> true;
        };
    }

    /** What follows in an array goes by the array's name. */
    private void endValue() {
        if (!inArray()) {
            field = null;
            afterColon = false;
        }
    }

    private boolean inArray() {
        return depth < Long.SIZE && (arrays & (1L << depth)) != 0;
    }

    private void beginContainer(boolean isArray) {
        depth++;
        if (depth < Long.SIZE) {
            arrays = isArray ? arrays | (1L << depth) : arrays & ~(1L << depth);
        }
        if (depth == 2) {
            inInteraction = field == ResourceField.INTERACTION;
        }
        if (!isArray) {
            field = null;
        }
        afterColon = false;
    }

    private void endContainer() {
        depth = Math.max(0, depth - 1);
        field = null;
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
