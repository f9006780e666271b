package io.github.geminipool.samples.discordbot;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A table for monospaced text, in which a Chinese character is two columns wide. */
final class TextTable {

    private static final int WIDEST = 16;
    private static final Set<UnicodeScript> WIDE =
            Set.of(UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA, UnicodeScript.HANGUL);

    private final List<String[]> rows = new ArrayList<>();

    TextTable(String... head) {
        row(head);
    }

    /** Adds a row, without characters that would break the surrounding code block. */
    void row(String... cells) {
        String[] shown = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            shown[i] = cut(cells[i].replace("`", "'").replaceAll("\\s+", " "));
        }
        rows.add(shown);
    }

    private static String cut(String cell) {
        int end = 0;
        int width = 0;
        while (end < cell.length()) {
            int character = cell.codePointAt(end);
            width += width(character);
            if (width > WIDEST) {
                return cell.substring(0, end) + "…";
            }
            end += Character.charCount(character);
        }
        return cell;
    }

    private static int width(int character) {
        return WIDE.contains(UnicodeScript.of(character)) ? 2 : 1;
    }

    private static int width(String cell) {
        return cell.codePoints().map(TextTable::width).sum();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.length; column++) {
                line.append(row[column]).append(" ".repeat(widest(column) - width(row[column]) + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int widest(int column) {
        return rows.stream().mapToInt(row -> width(row[column])).max().orElse(0);
    }
}
