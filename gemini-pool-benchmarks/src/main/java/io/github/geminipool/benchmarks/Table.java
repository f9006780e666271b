package io.github.geminipool.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A section of the report with results and targets, in readable Markdown. */
final class Table {

    private final String title;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String title, String... columns) {
        this.title = title;
        rows.add(List.of(columns));
    }

    Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell.toString());
        }
        rows.add(row);
        return this;
    }

    /** Returns whether a figure meets its target; says nothing about negative differences. */
    static String verdict(double figure, double atMost) {
        if (figure < 0) {
            return "unclear";
        }
        return figure <= atMost ? "met" : "missed";
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    static String decimal(double value) {
        return String.format(Locale.ROOT, "%,.2f", value);
    }

    @Override
    public String toString() {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder("\n### ").append(title).append("\n\n");
        append(text, rows.get(0), widths);
        for (int width : widths) {
            text.append("| ").append("-".repeat(width)).append(' ');
        }
        text.append("|\n");
        rows.stream().skip(1).forEach(row -> append(text, row, widths));
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> row, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            text.append("| ")
                    .append(row.get(i))
                    .append(" ".repeat(widths[i] - row.get(i).length()))
                    .append(' ');
        }
        text.append("|\n");
    }
}
