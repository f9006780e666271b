package io.github.geminipool.samples.discordbot;

import io.github.geminipool.stats.KeyStats;
import io.github.geminipool.stats.KeyUsage;
import io.github.geminipool.stats.ModelExclusion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A table of the keys, followed by the reasons why some are excluded. */
final class KeyTable {

    private static final int MAX_KEYS = 25;
    private static final int MAX_REASONS = 6;
    private static final int MAX_NAME_LENGTH = 60;
    private static final int MAX_REASON_LENGTH = 160;

    private final Words words;

    KeyTable(Words words) {
        this.words = words;
    }

    /** Returns the table, limited to the first keys; it fits in an embed's description. */
    String of(KeyStats stats) {
        TextTable table = new TextTable(
                words.of("stats.column.key"),
                words.of("stats.column.attempts"),
                words.of("stats.column.failed"),
                words.of("stats.column.error-rate"),
                words.of("stats.column.time"),
                words.of("stats.column.state"));
        stats.keys().stream().limit(MAX_KEYS).forEach(key -> table.row(row(key)));
        List<String> lines = new ArrayList<>(List.of("```\n" + table + "```"));
        if (stats.keys().size() > MAX_KEYS) {
            lines.add(words.of("stats.more", stats.keys().size() - MAX_KEYS));
        }
        stats.keys().stream().flatMap(this::reasons).limit(MAX_REASONS).forEach(lines::add);
        return String.join("\n", lines);
    }

    private String[] row(KeyUsage key) {
        return new String[] {
            key.key(),
            String.valueOf(key.usage()),
            String.valueOf(key.failed()),
            String.format(Locale.ROOT, "%.0f %%", key.errorRate() * 100),
            key.attempts().latency().mean().toMillis() + " ms",
            words.of("stats.state." + state(key))
        };
    }

    private static String state(KeyUsage key) {
        boolean excluded =
                key.state() == KeyUsage.State.HEALTHY && !key.modelExclusions().isEmpty();
        return excluded ? "EXCLUDED" : key.state().name();
    }

    private Stream<String> reasons(KeyUsage key) {
        Stream<String> ofKey =
                key.reason() == null ? Stream.empty() : Stream.of(reason(key.key(), key.reason(), key.excludedUntil()));
        return Stream.concat(ofKey, key.modelExclusions().stream().map(exclusion -> reason(key, exclusion)));
    }

    private String reason(KeyUsage key, ModelExclusion exclusion) {
        return reason(key.key() + " – " + exclusion.model(), exclusion.reason(), exclusion.until());
    }

    private String reason(String what, String why, @Nullable Instant until) {
        String line =
                "**" + LongText.beginning(what, MAX_NAME_LENGTH) + "**: " + LongText.beginning(why, MAX_REASON_LENGTH);
        return until == null ? line : line + " → " + Timestamps.of(until);
    }
}
