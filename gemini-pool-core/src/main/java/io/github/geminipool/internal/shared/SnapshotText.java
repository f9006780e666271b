package io.github.geminipool.internal.shared;

import io.github.geminipool.stats.ReplicaStats;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A replica's figures as lines of fields separated by tabs. The text has at most 16 KiB; further models and keys are left out. */
final class SnapshotText {

    static final int MAX_BYTES = 16 * 1024;

    private static final String MODEL = "model";
    private static final String KEY = "key";

    private final StringBuilder text = new StringBuilder();
    private int bytes;

    private SnapshotText() {}

    /**
     * Writes the figures of this replica.
     *
     * @param nameOfKey returns what replicas call a key; null if nothing
     */
    static String of(ReplicaStats stats, Function<String, @Nullable String> nameOfKey) {
        SnapshotText written = new SnapshotText();
        written.add(
                MAX_BYTES,
                stats.calls(),
                stats.failedCalls(),
                stats.attempts(),
                stats.failedAttempts(),
                stats.active(),
                stats.waiting(),
                stats.aloneSince() == null ? 0 : stats.aloneSince().toEpochMilli());
        for (ReplicaStats.OfModel model : stats.models()) {
            written.add(
                    MAX_BYTES / 2,
                    MODEL,
                    model.model(),
                    model.attempts(),
                    model.failedAttempts(),
                    model.active(),
                    model.waiting());
        }
        for (ReplicaStats.OfKey key : stats.keys()) {
            String name = nameOfKey.apply(key.key());
            if (name != null) {
                written.add(MAX_BYTES, KEY, name, key.attempts(), key.failedAttempts(), key.inFlight(), key.usable());
            }
        }
        return written.text.toString();
    }

    private void add(int most, Object... fields) {
        StringBuilder line = new StringBuilder();
        for (Object field : fields) {
            // Names have no control characters, apart from those of models, which callers make up.
            line.append(line.isEmpty() ? "" : "\t").append(field.toString().replaceAll("\\p{Cntrl}", "?"));
        }
        int length = line.append('\n').toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes + length <= most) {
            text.append(line);
            bytes += length;
        }
    }

    /**
     * Reads the figures of a replica.
     *
     * @param keyNamed returns this replica's name of a key; null if it does not have it
     * @return null if a replica of another version wrote them, and this one can't understand them
     */
    static @Nullable ReplicaStats read(
            String replica, Duration age, String text, Function<String, @Nullable String> keyNamed) {
        List<String[]> lines = text.lines().map(line -> line.split("\t", -1)).toList();
        List<ReplicaStats.OfModel> models = new ArrayList<>();
        List<ReplicaStats.OfKey> keys = new ArrayList<>();
        try {
            for (String[] line : lines) {
                String name = line[0].equals(KEY) ? keyNamed.apply(line[1]) : null;
                if (line[0].equals(MODEL)) {
                    models.add(new ReplicaStats.OfModel(
                            line[1], number(line[2]), number(line[3]), count(line[4]), count(line[5])));
                } else if (name != null) {
                    keys.add(new ReplicaStats.OfKey(
                            name, number(line[2]), number(line[3]), count(line[4]), Boolean.parseBoolean(line[5])));
                }
            }
            String[] all = lines.get(0);
            return new ReplicaStats(
                    replica,
                    age,
                    number(all[6]) == 0 ? null : Instant.ofEpochMilli(number(all[6])),
                    number(all[0]),
                    number(all[1]),
                    number(all[2]),
                    number(all[3]),
                    count(all[4]),
                    count(all[5]),
                    models,
                    keys);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static long number(String field) {
        return Long.parseLong(field);
    }

    private static int count(String field) {
        return Integer.parseInt(field);
    }
}
