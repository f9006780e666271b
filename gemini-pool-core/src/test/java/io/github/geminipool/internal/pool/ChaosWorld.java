package io.github.geminipool.internal.pool;

import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.Selection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** The initial state: models, the size of their pools, keys and their projects. */
record ChaosWorld(
        List<String> models,
        int size,
        List<ApiKey> keys,
        Map<String, Project> projects,
        Selection selection,
        boolean hasUnknownLimits) {

    static ChaosWorld any(Random random) {
        int ofKeys = 2 + random.nextInt(random.nextInt(4) == 0 ? 19 : 7);
        int ofProjects = 1 + random.nextInt(ofKeys);
        int accounts = 1 + random.nextInt(ofProjects);
        Map<String, Project> projects = new LinkedHashMap<>();
        List<ApiKey> keys = new ArrayList<>();
        for (int i = 0; i < ofKeys; i++) {
            String name = "p" + (i < ofProjects ? i : random.nextInt(ofProjects));
            Limits limits =
                    random.nextInt(4) == 0 ? Limits.NONE.withRequestsPerMinute(4 + random.nextInt(40)) : Limits.NONE;
            projects.putIfAbsent(
                    name,
                    new Project(
                                    name,
                                    "b" + random.nextInt(accounts),
                                    random.nextInt(4) == 0 ? 1 : 0,
                                    1 + random.nextInt(2))
                            .withLimits(limits));
            keys.add(key("k" + i, "secret", name));
        }
        Selection[] selections = Selection.values();
        return new ChaosWorld(
                models(1 + random.nextInt(3)),
                2 + random.nextInt(6),
                keys,
                projects,
                selections[random.nextInt(selections.length)],
                true);
    }

    /** Returns keys, each in its own project. */
    static ChaosWorld ofKeys(int count, Random random) {
        Selection[] selections = Selection.values();
        return new ChaosWorld(
                models(2),
                10,
                IntStream.range(0, count)
                        .mapToObj(i -> key("k" + i, "secret", "p" + i))
                        .toList(),
                Map.of(),
                selections[random.nextInt(selections.length)],
                false);
    }

    private static List<String> models(int count) {
        return IntStream.range(0, count).mapToObj(i -> "model-" + i).toList();
    }

    static ApiKey key(String name, String secret, String project) {
        return ApiKey.of(secret + "-of-" + name).named(name).inProject(project);
    }
}
