package io.github.geminipool.samples.batch;

import io.github.geminipool.BatchProgress;
import java.util.List;

/** Figures per key, in the pool's order. */
final class KeyFigures {

    private static final int ROOM_FOR_MORE = 16;

    private final List<String> names;

    KeyFigures(List<String> names) {
        this.names = List.copyOf(names);
    }

    /**
     * Formats as many keys as fit.
     *
     * @param width maximum length in characters
     */
    String text(BatchProgress progress, int width) {
        List<String> used = names.stream().filter(progress.keys()::containsKey).toList();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < used.size(); i++) {
            String one = (i == 0 ? "" : ", ") + one(used.get(i), progress);
            if (text.length() + one.length() > width - (i + 1 < used.size() ? ROOM_FOR_MORE : 0)) {
                return text + (i == 0 ? "" : " and ") + (used.size() - i) + (i == 0 ? " keys" : " more");
            }
            text.append(one);
        }
        return text.toString();
    }

    private static String one(String name, BatchProgress progress) {
        BatchProgress.KeyFigures figures = progress.keys().getOrDefault(name, new BatchProgress.KeyFigures(0, 0));
        return name + " " + figures.attempts() + (figures.failed() == 0 ? "" : " (" + figures.failed() + " failed)");
    }
}
