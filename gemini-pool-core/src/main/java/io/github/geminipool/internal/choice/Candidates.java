package io.github.geminipool.internal.choice;

import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.health.Exclusions;
import io.github.geminipool.internal.health.KeyHealth;
import io.github.geminipool.internal.health.Outage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Makes the candidates of a model for the keys of a pool, and orders them by tier. Guarded by the model pool's lock. */
final class Candidates {

    private final String model;
    private final Exclusions exclusions;
    private final Outage outage;
    private final Latency latency;
    private final ScoringTime time;
    private final SafeScore score;
    private final RandomGenerator random;

    Candidates(
            String model,
            Exclusions exclusions,
            RandomGenerator random,
            Outage outage,
            Latency latency,
            ScoringTime time,
            SafeScore score) {
        this.model = model;
        this.exclusions = exclusions;
        this.random = random;
        this.outage = outage;
        this.latency = latency;
        this.time = time;
        this.score = score;
    }

    /** Returns the candidates for keys; the candidates of keys that remain keep their state. */
    List<ModelKey> of(List<KeyHealth> ring, List<ModelKey> before) {
        Map<KeyHealth, ModelKey> present = new HashMap<>();
        BitSet numbers = new BitSet();
        for (ModelKey key : before) {
            present.put(key.health(), key);
            // The number of a removed key is free from the next change on: by then, its instances are bound to other
            // keys.
            numbers.set(key.number());
        }
        List<ModelKey> candidates = new ArrayList<>(ring.size());
        int free = -1;
        for (KeyHealth key : ring) {
            ModelKey candidate = present.get(key);
            if (candidate == null) {
                free = numbers.nextClearBit(free + 1);
                candidate = candidate(free, key);
            }
            candidates.add(candidate);
        }
        return List.copyOf(candidates);
    }

    private ModelKey candidate(int number, KeyHealth key) {
        Scope.ProjectModel projectModel = new Scope.ProjectModel(key.project().name(), model);
        return new ModelKey(
                number,
                key,
                projectModel,
                latency,
                time,
                key.ownCell(),
                key.projectCell(),
                key.billingCell(),
                exclusions.cell(projectModel),
                outage.cell(),
                exclusions.cell(new Scope.Egress()));
    }

    Tiers tiersOf(List<ModelKey> all) {
        Map<Integer, List<ModelKey>> byTier = new TreeMap<>();
        for (ModelKey key : all) {
            byTier.computeIfAbsent(key.tier(), tier -> new ArrayList<>()).add(key);
        }
        return new Tiers(byTier.values().stream()
                .map(tier -> new TierKeys(tier, score, random, time))
                .toArray(TierKeys[]::new));
    }
}
