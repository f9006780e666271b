package io.github.geminipool.wire.chaos;

import io.github.geminipool.testing.PoolInvariants;
import java.util.ArrayList;
import java.util.List;

/** A key with two secrets that replace each other. */
record TestKey(String name, String project, List<String> secrets) {

    static final List<TestKey> STEADY = List.of(of("steady-a"), of("steady-b"));
    static final List<TestKey> SINGLES = List.of(of("one"), of("two"), of("three"), of("four"));
    static final List<TestKey> SHARING = List.of(of("sharing-a", "shared"), of("sharing-b", "shared"));
    static final TestKey LIMITED = of("limited");

    /** A probe cannot detect that there is credit again. */
    static final TestKey INDEBTED = of("indebted");

    static TestKey of(String name) {
        return of(name, name);
    }

    static TestKey of(String name, String project) {
        return new TestKey(
                name, project, List.of(PoolInvariants.secretOf(name), PoolInvariants.secretOf(name + "-new")));
    }

    /** Returns all keys. */
    static List<TestKey> all() {
        List<TestKey> all = new ArrayList<>(STEADY);
        all.addAll(SINGLES);
        all.addAll(SHARING);
        all.add(LIMITED);
        all.add(INDEBTED);
        return all;
    }
}
