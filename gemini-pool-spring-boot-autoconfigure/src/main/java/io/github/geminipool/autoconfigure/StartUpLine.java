package io.github.geminipool.autoconfigure;

import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.KeyUsage;

/** Formats the line that is logged for a new pool. */
final class StartUpLine {

    private StartUpLine() {}

    static String of(PoolName pool, KeyStats stats, GeminiPoolSettings settings) {
        long projects = stats.keys().stream().map(KeyUsage::project).distinct().count();
        long unused = stats.keys().size() - stats.usable();
        return "Gemini pool" + (pool.equals(PoolName.PRIMARY) ? "" : " " + pool.bean()) + ": "
                + count(stats.keys().size(), "key") + " of " + count(projects, "project")
                + (unused == 0 ? "" : " (" + unused + " not in use)")
                + ", " + count(settings.size(), "instance") + " per model"
                + ", default model " + settings.defaultModel()
                + ", " + settings.http().baseUrl();
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
