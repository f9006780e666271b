package io.github.geminipool.internal.wire;

import java.util.Locale;

/** Reads what a page of HTML says to its reader. */
final class PageText {

    private static final String[] UNSEEN = {"script", "style"};

    private PageText() {}

    /** Returns the visible text of a page, or a plain text, in one line of limited length. */
    static String of(String page, int limit) {
        String text = page.strip();
        String visible = text.startsWith("<") ? withoutTags(text) : text;
        return CleanText.of(visible, limit).replaceAll(" {2,}", " ").strip();
    }

    private static String withoutTags(String page) {
        String lower = page.toLowerCase(Locale.ROOT);
        StringBuilder visible = new StringBuilder();
        int at = 0;
        while (at < page.length()) {
            int tag = page.indexOf('<', at);
            visible.append(page, at, tag < 0 ? page.length() : tag);
            at = tag < 0 ? page.length() : afterTag(lower, tag);
            visible.append(' ');
        }
        return visible.toString()
                .replace("&nbsp;", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    /** Returns the position after a tag, and after its content if that is not visible. */
    private static int afterTag(String page, int tag) {
        int end = page.startsWith("<!--", tag) ? after(page, "-->", tag) : after(page, ">", tag);
        for (String unseen : UNSEEN) {
            if (page.startsWith(unseen, tag + 1)) {
                return after(page, ">", page.indexOf("</" + unseen, end));
            }
        }
        return end;
    }

    private static int after(String page, String what, int from) {
        int at = from < 0 ? -1 : page.indexOf(what, from);
        return at < 0 ? page.length() : at + what.length();
    }
}
