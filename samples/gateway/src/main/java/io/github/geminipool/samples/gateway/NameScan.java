package io.github.geminipool.samples.gateway;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for names of resources in bytes of any format, a part at a time, even if they are escaped as in JSON or URLs. It keeps only
 * the end of a part. Not thread-safe.
 */
final class NameScan {

    private static final List<String> COLLECTIONS = List.of(
            "files",
            "generatedFiles",
            "cachedContents",
            "tunedModels",
            "batches",
            "fileSearchStores",
            "corpora",
            "interactions",
            "agents",
            "environments",
            "voices",
            "credentials",
            "triggers",
            "webhooks");

    private static final int MAX_COLLECTION = 16;
    private static final int MAX_RECENT = 1024;
    private static final int MAX_ID = 256;
    private static final int HEX = 16;
    private static final int UNICODE_DIGITS = 4;
    private static final int PERCENT_DIGITS = 2;

    private final StringBuilder recent;
    private final StringBuilder id;
    private final List<Resource> named = new ArrayList<>();
    private @Nullable String collection;

    /** How many digits of a character's code are still to come after a backslash; -1 right after it. */
    private int escape;

    private int escaped;

    /** How many digits are still to come after a percent sign. */
    private int percent;

    private int percentCode;

    NameScan() {
        this.recent = new StringBuilder();
        this.id = new StringBuilder();
    }

    private NameScan(NameScan other) {
        this.recent = new StringBuilder(other.end());
        this.id = new StringBuilder(other.id);
        this.collection = other.collection;
        this.escape = other.escape;
        this.escaped = other.escaped;
        this.percent = other.percent;
        this.percentCode = other.percentCode;
    }

    NameScan copy() {
        return new NameScan(this);
    }

    /** Returns whether another scan finds the same in whatever follows. */
    boolean isLike(NameScan other) {
        return escape == other.escape
                && escaped == other.escaped
                && percent == other.percent
                && percentCode == other.percentCode
                && Objects.equals(collection, other.collection)
                && id.compareTo(other.id) == 0
                && end().equals(other.end());
    }

    private String end() {
        return recent.substring(Math.max(0, recent.length() - MAX_COLLECTION));
    }

    /** Returns the first resource that a part names but must not, even if the name begins in an earlier part; null if there is none. */
    @Nullable
    Resource find(ByteBuffer part, Predicate<Resource> isRefused) {
        while (part.hasRemaining()) {
            if (escape == 0 && percent == 0 && collection == null) {
                skip(part);
            }
            if (!part.hasRemaining()) {
                break;
            }
            inJson((char) (part.get() & 0xff));
            if (!named.isEmpty()) {
                Resource refused = named.stream().filter(isRefused).findFirst().orElse(null);
                named.clear();
                if (refused != null) {
                    return refused;
                }
            }
        }
        // It is not known yet whether the name goes on.
        Resource last = current();
        return last != null && isRefused.test(last) ? last : null;
    }

    /** Skips what neither ends the name of a collection nor is an escape: most of a file. */
    private void skip(ByteBuffer part) {
        int from = part.position();
        int to = from;
        while (to < part.limit() && !isSpecial(part.get(to))) {
            to++;
        }
        for (int i = Math.max(from, to - MAX_COLLECTION); i < to; i++) {
            recent.append((char) (part.get(i) & 0xff));
        }
        trim();
        part.position(to);
    }

    private static boolean isSpecial(byte b) {
        return b == '/' || b == '\\' || b == '%';
    }

    private void trim() {
        if (recent.length() > MAX_RECENT) {
            recent.delete(0, recent.length() - MAX_COLLECTION);
        }
    }

    private void inJson(char c) {
        if (escape < 0) {
            escape = c == 'u' ? UNICODE_DIGITS : 0;
            escaped = 0;
            if (escape == 0) {
                inUrl(c);
            }
        } else if (escape > 0 && Character.digit(c, HEX) >= 0) {
            escaped = escaped * HEX + Character.digit(c, HEX);
            escape--;
            if (escape == 0) {
                inUrl((char) escaped);
            }
        } else {
            escape = c == '\\' ? -1 : 0;
            if (escape == 0) {
                inUrl(c);
            }
        }
    }

    private void inUrl(char c) {
        if (percent > 0 && Character.digit(c, HEX) >= 0) {
            percentCode = percentCode * HEX + Character.digit(c, HEX);
            percent--;
            if (percent == 0) {
                next((char) percentCode);
            }
            return;
        }
        percent = c == '%' ? PERCENT_DIGITS : 0;
        percentCode = 0;
        if (percent == 0) {
            next(c);
        }
    }

    private void next(char c) {
        if (collection != null) {
            if (isOfId(c) && id.length() < MAX_ID) {
                id.append(c);
                return;
            }
            Resource ended = current();
            if (ended != null) {
                named.add(ended);
            }
            collection = null;
            recent.append(id);
            id.setLength(0);
        }
        if (c == '/') {
            collection = collection();
            recent.setLength(0);
        } else {
            recent.append(c);
            trim();
        }
    }

    private static boolean isOfId(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || c == '-'
                || c == '_'
                || c == '.'
                || c == '~';
    }

    private @Nullable String collection() {
        return COLLECTIONS.stream().filter(end()::endsWith).findFirst().orElse(null);
    }

    private @Nullable Resource current() {
        return collection == null || id.isEmpty() ? null : new Resource(collection, id.toString());
    }
}
