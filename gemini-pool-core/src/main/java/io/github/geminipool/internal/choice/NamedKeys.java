package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.time.PoolClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a model pool by name and project, for wishes that say which ones they accept: however many others there
 * are, only those are looked at. Guarded by the model pool's lock.
 */
public final class NamedKeys {

    private final Map<String, ModelKey> byName = new HashMap<>();
    private final Map<String, List<ModelKey>> byProject = new HashMap<>();
    private final SafeScore score;

    public NamedKeys(List<ModelKey> keys, SafeScore score) {
        this.score = score;
        for (ModelKey key : keys) {
            byName.put(key.keyName(), key);
            byProject
                    .computeIfAbsent(key.project().name(), project -> new ArrayList<>())
                    .add(key);
        }
    }

    /** The best usable key among those that a filter names, of the lowest tier that has one; null if there is none. */
    @Nullable
    public ModelKey choose(KeyFilter filter, long tokens, long nowNanos) {
        Best best = new Best(filter, tokens, nowNanos);
        named(filter, best);
        return best.key;
    }

    /** The best usable key of a project that a filter accepts, or null if there is none. */
    @Nullable
    public ModelKey chooseOf(String project, KeyFilter filter, long tokens, long nowNanos) {
        Best best = new Best(filter, tokens, nowNanos);
        byProject.getOrDefault(project, List.of()).forEach(best);
        return best.key;
    }

    /** When a key that a filter names can be used: now, if there is one, or {@link PoolClock#NEVER}. */
    public long nextUsable(KeyFilter filter, long tokens, long nowNanos) {
        Earliest earliest = new Earliest(filter, tokens, nowNanos);
        named(filter, earliest);
        return earliest.nanos;
    }

    private void named(KeyFilter filter, Consumer<ModelKey> taker) {
        String bound = filter.boundProject();
        Set<String> projects = bound != null ? Set.of(bound) : filter.choice().onlyProjects();
        for (String project : projects) {
            byProject.getOrDefault(project, List.of()).forEach(taker);
        }
        if (bound == null) {
            for (String name : filter.choice().onlyKeys()) {
                ModelKey key = byName.get(name);
                if (key != null) {
                    taker.accept(key);
                }
            }
        }
    }

    private final class Best implements Consumer<ModelKey> {

        private final KeyFilter filter;
        private final long tokens;
        private final long nowNanos;
        private @Nullable ModelKey key;
        private double keyScore;
        private boolean keyIsSecond;

        Best(KeyFilter filter, long tokens, long nowNanos) {
            this.filter = filter;
            this.tokens = tokens;
            this.nowNanos = nowNanos;
        }

        @Override
        public void accept(ModelKey candidate) {
            ModelKey best = key;
            if (!filter.accepts(candidate.health()) || candidate.excludedUntil(nowNanos, tokens) > 0) {
                return;
            }
            boolean isSecond = candidate.isSecondChoice();
            if (best != null && (isSecond == keyIsSecond ? candidate.tier() > best.tier() : isSecond)) {
                return;
            }
            candidate.lookedAt(nowNanos);
            double candidateScore = score.of(candidate);
            if (best == null
                    || isSecond != keyIsSecond
                    || candidate.tier() < best.tier()
                    || candidateScore > keyScore
                    || (candidateScore == keyScore && candidate.isLessRecentThan(best))) {
                key = candidate;
                keyScore = candidateScore;
                keyIsSecond = isSecond;
            }
        }
    }

    private static final class Earliest implements Consumer<ModelKey> {

        private final KeyFilter filter;
        private final long tokens;
        private final long nowNanos;
        private long nanos = PoolClock.NEVER;

        Earliest(KeyFilter filter, long tokens, long nowNanos) {
            this.filter = filter;
            this.tokens = tokens;
            this.nowNanos = nowNanos;
        }

        @Override
        public void accept(ModelKey key) {
            if (filter.accepts(key.health())) {
                nanos = Math.min(nanos, Math.max(nowNanos, key.excludedUntil(nowNanos, tokens)));
            }
        }
    }
}
