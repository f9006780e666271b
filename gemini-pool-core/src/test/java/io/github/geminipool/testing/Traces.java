package io.github.geminipool.testing;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

/** Finds secrets in texts and exceptions. */
final class Traces {

    private Traces() {}

    /** Returns every text of an exception, its causes and its suppressed exceptions. */
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

    /** Returns the number of the secret that a text shows, whole or its last 12 characters; null if none. */
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
