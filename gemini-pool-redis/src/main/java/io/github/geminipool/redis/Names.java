package io.github.geminipool.redis;

import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.QuotaBucket;
import java.util.HexFormat;

/**
 * The names of keys and of the channel. Keys that change together share a hash tag, so that a cluster keeps them on one node.
 * Immutable.
 */
final class Names {

    /** Contains the version of the schema: applications with different versions share nothing, and do each other no harm. */
    private static final String PREFIX = "gemini-pool:1:";

    private final String namespace;
    private final String tag;

    Names(String namespace) {
        this.namespace = escape(namespace);
        this.tag = PREFIX + "{" + this.namespace + "}:";
    }

    /** Returns the keys of a bucket's books: sends and state. */
    String[] books(QuotaBucket bucket) {
        String books = PREFIX + "{" + namespace + ":" + escape(bucket.project()) + ":" + escape(bucket.model()) + "}:";
        return new String[] {books + "sends", books + "state"};
    }

    String values(FactKind kind) {
        return tag + "facts:" + kind;
    }

    String ends(FactKind kind) {
        return tag + "ends:" + kind;
    }

    /** Returns the key that holds the number of changes; the channel has the same name. */
    String news() {
        return tag + "news";
    }

    String members() {
        return tag + "members";
    }

    /** Escapes what would end a hash tag, a part of a key, or a line of a message. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '%' || c == '{' || c == '}' || c == ':') {
                escaped.append('%').append(HexFormat.of().toHexDigits((byte) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** Reverses {@link #escape}. */
    static String unescape(String escaped) {
        StringBuilder text = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%' && i + 2 < escaped.length()) {
                text.append((char) HexFormat.fromHexDigits(escaped, i + 1, i + 3));
                i += 2;
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
