package io.github.geminipool.internal.answer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Follows the parts of a response in the tokens of an {@link AnswerScan}, until one of them has content. Neither an empty text
 * nor a thought is content.
 */
final class PartsScan {

    private enum Name {
        OTHER,
        PARTS,
        TEXT,
        THOUGHT
    }

    private static final byte[] PARTS = ascii("parts");
    private static final byte[] TEXT = ascii("text");
    private static final byte[] THOUGHT = ascii("thought");
    private static final byte[] SIGNATURE = ascii("thoughtSignature");
    private static final byte[] TRUE = ascii("true");

    private Name name = Name.OTHER;

    /** The depth of the current array of parts; 0 outside of one. */
    private int array;

    private boolean sawPart;
    private boolean hasContent;
    private boolean isTextEmpty;
    private boolean isThought;
    private boolean hasOther;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean is(byte[] word, byte[] bytes, int from, int to) {
        return word.length == to - from && Arrays.equals(word, 0, word.length, bytes, from, to);
    }

    /** Handles a name; returns whether its value is wanted. */
    boolean name(byte[] bytes, int from, int to, int depth) {
        name = Name.OTHER;
        if (hasContent) {
            return false;
        }
        if (array == 0) {
            name = is(PARTS, bytes, from, to) ? Name.PARTS : Name.OTHER;
        } else if (depth == array + 1) {
            if (is(TEXT, bytes, from, to)) {
                name = Name.TEXT;
            } else if (is(THOUGHT, bytes, from, to)) {
                name = Name.THOUGHT;
            } else {
                hasOther |= !is(SIGNATURE, bytes, from, to);
            }
        }
        return name != Name.OTHER;
    }

    /** Handles the wanted string after the last name. */
    void string(long length) {
        if (name == Name.TEXT) {
            isTextEmpty = length == 0;
        }
    }

    /** Handles the wanted literal after the last name. */
    void literal(byte[] bytes, int from, int to) {
        if (name == Name.THOUGHT) {
            isThought = is(TRUE, bytes, from, to);
        }
    }

    /** Handles the beginning of the wanted object or array after the last name. */
    void begins(boolean isArray, int depth) {
        if (name == Name.PARTS && isArray) {
            array = depth;
        }
        name = Name.OTHER;
    }

    /** Handles the end of any object or array. */
    void ends(int depth) {
        if (array == 0) {
            return;
        }
        if (depth == array) {
            array = 0;
        } else if (depth == array + 1) {
            sawPart = true;
            hasContent |= !isThought && (hasOther || !isTextEmpty);
            isTextEmpty = false;
            isThought = false;
            hasOther = false;
        }
    }

    boolean hasContent() {
        return hasContent;
    }

    /** Returns whether there were parts, but none of those that have passed has content. */
    boolean hasOnlyEmptyParts() {
        return sawPart && !hasContent;
    }
}
