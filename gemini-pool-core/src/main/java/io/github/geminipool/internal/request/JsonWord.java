package io.github.geminipool.internal.request;

import java.util.List;

/**
 * The beginning of a name or a type in JSON, in small letters and without underscores, so that either way to write it is
 * one.
 */
final class JsonWord {

    private final byte[] bytes = new byte[64];
    private int size;

    void clear() {
        size = 0;
    }

    void add(byte[] from, int begin, int end) {
        for (int i = begin; i < end && size < bytes.length; i++) {
            byte b = from[i];
            if (b != '_') {
                bytes[size++] = b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
            }
        }
    }

    /** Whether it is another, which is written in small letters and without underscores. */
    boolean is(String other) {
        return size == other.length() && beginsWith(other);
    }

    boolean beginsWith(String beginning) {
        if (size < beginning.length()) {
            return false;
        }
        for (int i = 0; i < beginning.length(); i++) {
            if (bytes[i] != beginning.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    boolean beginsWithAny(List<String> beginnings) {
        for (String beginning : beginnings) {
            if (beginsWith(beginning)) {
                return true;
            }
        }
        return false;
    }
}
