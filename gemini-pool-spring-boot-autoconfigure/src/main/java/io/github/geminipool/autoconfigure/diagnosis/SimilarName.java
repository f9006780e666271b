package io.github.geminipool.autoconfigure.diagnosis;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the name that was probably meant. */
public final class SimilarName {

    private SimilarName() {}

    /** Returns the name with the fewest differences, at most a third of its length; null if there is none. */
    public static @Nullable String of(String name, Collection<String> among) {
        String closest = null;
        int fewest = Math.max(1, name.length() / 3) + 1;
        for (String other : among) {
            int differences = differences(name, other);
            if (differences < fewest) {
                fewest = differences;
                closest = other;
            }
        }
        return closest;
    }

    /** Returns the number of characters to insert, remove or change. */
    private static int differences(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
