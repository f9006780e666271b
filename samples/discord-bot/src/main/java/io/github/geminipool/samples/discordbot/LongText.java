package io.github.geminipool.samples.discordbot;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits or shortens texts to fit in messages. */
final class LongText {

    private static final String FENCE = "```";
    private static final Pattern FENCE_WITH_LANGUAGE = Pattern.compile(FENCE + "(?:([\\w+#.-]{1,20})(?=\n))?");
    private static final String ELLIPSIS = " …";

    private LongText() {}

    /** Shortens a text to a maximum length; a shortened text ends with an ellipsis. */
    static String beginning(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        String beginning = text.substring(0, cut(text, longest - ELLIPSIS.length() - FENCE.length() - 1));
        return beginning.stripTrailing() + ELLIPSIS + (openFence(beginning).isEmpty() ? "" : "\n" + FENCE);
    }

    /**
     * Splits a text into parts of a maximum length: between paragraphs if possible, else between lines, else between words.
     * A code block that continues in the next part is closed and reopened.
     */
    static List<String> parts(String text, int longest) {
        List<String> parts = new ArrayList<>();
        String rest = text.strip();
        while (rest.length() > longest) {
            int end = cut(rest, longest - FENCE.length() - 1);
            String fence = openFence(rest.substring(0, end));
            String part = rest.substring(0, end).stripTrailing();
            if (fence.isEmpty()) {
                parts.add(part);
                rest = rest.substring(end).stripLeading();
            } else {
                parts.add(part + "\n" + FENCE);
                rest = fence + "\n" + rest.substring(end);
            }
        }
        if (!rest.isEmpty()) {
            parts.add(rest);
        }
        return parts;
    }

    /** Finds where to cut: after the last paragraph, line or word in the second half, else anywhere except within a character. */
    private static int cut(String text, int longest) {
        for (String between : List.of("\n\n", "\n", " ")) {
            int last = text.lastIndexOf(between, longest - between.length());
            if (last > longest / 2) {
                return last + between.length();
            }
        }
        return Character.isLowSurrogate(text.charAt(longest)) ? longest - 1 : longest;
    }

    /** Returns the opening fence, with its language, of the code block left open at the end; empty if there is none. */
    private static String openFence(String text) {
        Matcher fences = FENCE_WITH_LANGUAGE.matcher(text);
        String open = "";
        while (fences.find()) {
            open = open.isEmpty() ? FENCE + Objects.requireNonNullElse(fences.group(1), "") : "";
        }
        return open;
    }
}
