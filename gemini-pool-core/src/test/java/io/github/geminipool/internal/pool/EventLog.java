package io.github.geminipool.internal.pool;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The events of a simulation as a hash, and as text if wanted. */
final class EventLog {

    private static final long PRIME = 0x100000001b3L;

    private final @Nullable StringBuilder lines;
    private long hash = 0xcbf29ce484222325L;

    EventLog(boolean inWords) {
        lines = inWords ? new StringBuilder() : null;
    }

    void add(long nanos, String what, String whom, String how) {
        mix(nanos);
        mix(what.hashCode());
        mix(whom.hashCode());
        mix(how.hashCode());
        if (lines != null) {
            lines.append(String.format(Locale.ROOT, "%14.6f  %-10s %-24s %s%n", nanos / 1e9, what, whom, how));
        }
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
        hash ^= hash >>> 29;
    }

    long hash() {
        return hash;
    }

    /** Returns the events as text; empty unless wanted. */
    String inWords() {
        return lines == null ? "" : lines.toString();
    }
}
