package io.github.geminipool.testing;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

/** Looks for secrets in whatever can be printed. */
final class Traces {

    private Traces() {}

    /** All that printing an exception could show. */
    static String of(Throwable e) {
        StringBuilder all = new StringBuilder();
        add(e, all, new IdentityHashMap<>());
        return all.toString();
    }

    private static void add(Throwable e, StringBuilder all, Map<Throwable, Boolean> seen) {
        if (e == null || seen.put(e, true) != null) {
            return;
        }
        all.append(e)
                .append('\n')
                .append(e.getMessage())
                .append('\n')
                .append(e.getLocalizedMessage())
                .append('\n');
        add(e.getCause(), all, seen);
        for (Throwable suppressed : e.getSuppressed()) {
            add(suppressed, all, seen);
        }
    }

    /** The secret that a text shows, whole or its last 12 characters, named but not repeated; null if it shows none. */
    static String secretIn(String text, Collection<String> secrets) {
        int index = 0;
        for (String secret : secrets) {
            index++;
            String tail = secret.substring(Math.max(0, secret.length() - 12));
            if (text.contains(secret) || text.contains(tail)) {
                return "secret no. " + index;
            }
        }
        return null;
    }
}
