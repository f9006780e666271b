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
 * The keys of a model by name and project, for requests that name the keys they accept: only those are examined, however many
 * others there are. Guarded by the model pool's lock.
 */
final class NamedKeys {

    private final Map<String, ModelKey> byName = new HashMap<>();
    private final Map<String, List<ModelKey>> byProject = new HashMap<>();
    private final SafeScore score;
    private final ScoringTime time;

    NamedKeys(List<ModelKey> keys, SafeScore score, ScoringTime time) {
        this.score = score;
        this.time = time;
        for (ModelKey key : keys) {
            byName.put(key.keyName(), key);
            byProject
                    .computeIfAbsent(key.project().name(), project -> new ArrayList<>())
                    .add(key);
        }
    }

    /** Returns the best usable key among those that a filter names, of the lowest tier that has one; null if none. */
    @Nullable
    ModelKey choose(KeyFilter filter, long tokens) {
        Best best = new Best(filter, tokens);
        forEachNamed(filter, best);
        return best.key;
    }

    /** Returns the best usable key of a project that a filter accepts; null if there is none. */
    @Nullable
    ModelKey chooseOf(String project, KeyFilter filter, long tokens) {
        Best best = new Best(filter, tokens);
        byProject.getOrDefault(project, List.of()).forEach(best);
        return best.key;
    }

    /** Returns whether a project has usable keys that a filter accepts, and all of them are passed over. */
    boolean isPassedOver(String project, KeyFilter filter) {
        boolean any = false;
        for (ModelKey key : byProject.getOrDefault(project, List.of())) {
            if (filter.accepts(key.health()) && key.excludedUntil(0) == 0) {
                if (!key.isPassedOver()) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    /** Returns when a key that a filter names becomes usable: the scoring time if one is, or {@link PoolClock#NEVER}. */
    long nextUsable(KeyFilter filter, long tokens) {
        Earliest earliest = new Earliest(filter, tokens);
        forEachNamed(filter, earliest);
        return earliest.nanos;
    }

    List<ModelKey> ofProject(String project) {
        return byProject.getOrDefault(project, List.of());
    }

    void forEachNamed(KeyFilter filter, Consumer<ModelKey> action) {
        String bound = filter.boundProject();
        Set<String> projects = bound != null ? Set.of(bound) : filter.choice().onlyProjects();
        for (String project : projects) {
            byProject.getOrDefault(project, List.of()).forEach(action);
        }
        if (bound == null) {
            for (String name : filter.choice().onlyKeys()) {
                ModelKey key = byName.get(name);
                if (key != null) {
                    action.accept(key);
                }
            }
        }
    }

    private final class Best implements Consumer<ModelKey> {

        private final KeyFilter filter;
        private final long tokens;
        private @Nullable ModelKey key;
        private double keyScore;
        private int keyReluctance;

        Best(KeyFilter filter, long tokens) {
            this.filter = filter;
            this.tokens = tokens;
        }

        @Override
        public void accept(ModelKey candidate) {
            ModelKey best = key;
            if (!filter.accepts(candidate.health()) || candidate.excludedUntil(tokens) > 0) {
                return;
            }
            int reluctance = candidate.reluctance();
            if (best != null
                    && (reluctance == keyReluctance ? candidate.tier() > best.tier() : reluctance > keyReluctance)) {
                return;
            }
            double candidateScore = score.of(candidate);
            if (best == null
                    || reluctance != keyReluctance
                    || candidate.tier() < best.tier()
                    || candidateScore > keyScore
                    || (candidateScore == keyScore && candidate.isLessRecentThan(best))) {
                key = candidate;
                keyScore = candidateScore;
                keyReluctance = reluctance;
            }
        }
    }

    private final class Earliest implements Consumer<ModelKey> {

        private final KeyFilter filter;
        private final long tokens;
        private long nanos = PoolClock.NEVER;

        Earliest(KeyFilter filter, long tokens) {
            this.filter = filter;
            this.tokens = tokens;
        }

        @Override
        public void accept(ModelKey key) {
            if (filter.accepts(key.health())) {
                nanos = Math.min(nanos, Math.max(time.nanos(), key.excludedUntil(tokens)));
            }
        }
    }
}
