package io.github.geminipool.internal.wire;

import java.util.regex.Pattern;

/**
 * Removes from the messages of errors what they repeat of a request: whoever wrote that must not decide whose fault an error is.
 */
final class Quotations {

    /** What is said of a body that is not JSON; the next line repeats a part of it, as it is. */
    private static final Pattern UNREADABLE = Pattern.compile("(?s)(invalid json payload received[^\\n]{0,500})\\n.*");

    /** The model's name is whatever the URL has in its place. */
    private static final Pattern MODEL = Pattern.compile("(?s)\\bmodels/.{1,500}?(?= is not found for api version)");

    private static final Pattern CODE = Pattern.compile("(?s)`[^`]{0,5000}`");

    private Quotations() {}

    /** Returns a message without what stands between double quotation marks. */
    static String removedFrom(String message) {
        StringBuilder rest = new StringBuilder(message.length());
        int at = 0;
        while (at < message.length()) {
            int quote = message.indexOf('"', at);
            int end = quote < 0 ? -1 : end(message, quote + 1);
            rest.append(message, at, end < 0 ? message.length() : quote);
            at = end < 0 ? message.length() : end + 1;
        }
        return rest.toString();
    }

    /** Returns the position of the next quotation mark, preferably an unescaped one; -1 if there is none. */
    private static int end(String message, int from) {
        int at = from;
        while (at < message.length() && message.charAt(at) != '"') {
            at += message.charAt(at) == '\\' ? 2 : 1;
        }
        return at < message.length() ? at : message.indexOf('"', from);
    }

    /**
     * Returns a message in lower case, which has no more double quotation marks, also without what stands between single ones or
     * backticks, without names of models, and without the part of a body that is not JSON. A single quotation mark within a
     * quotation does not end it.
     */
    static String ofAnyKindRemovedFrom(String message) {
        String known =
                MODEL.matcher(UNREADABLE.matcher(message).replaceFirst("$1")).replaceAll("models/");
        String plain = known.indexOf('`') < 0 ? known : CODE.matcher(known).replaceAll("");
        int first = 0;
        while (first < plain.length() && !(plain.charAt(first) == '\'' && isBegin(plain, first))) {
            first++;
        }
        int last = plain.length() - 1;
        while (last > first && !(plain.charAt(last) == '\'' && isEnd(plain, last))) {
            last--;
        }
        return last > first ? plain.substring(0, first) + plain.substring(last + 1) : plain;
    }

    /** Tells quotation marks from apostrophes. */
    private static boolean isBegin(String message, int at) {
        return at == 0 || !Character.isLetterOrDigit(message.charAt(at - 1));
    }

    private static boolean isEnd(String message, int at) {
        return at == message.length() - 1 || !Character.isLetterOrDigit(message.charAt(at + 1));
    }
}
