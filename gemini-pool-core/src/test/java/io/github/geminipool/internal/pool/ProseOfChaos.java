package io.github.geminipool.internal.pool;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What happens in some worlds of the simulation, for {@link ProseTest} to compare. */
public final class ProseOfChaos implements Supplier<List<String>> {

    private static final int SEEDS = 30;

    @Override
    public List<String> get() {
        try {
            List<String> hashes = new ArrayList<>();
            for (long seed = 0; seed < SEEDS; seed++) {
                hashes.add(Long.toHexString(play(seed).log.hash()));
            }
            return hashes;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the chaos simulation has another shape", e);
        }
    }

    private static ChaosRun play(long seed) throws ReflectiveOperationException {
        Class<?> chaos = Class.forName(ChaosSimulationTest.class.getName() + "$Chaos");
        Constructor<?> constructor = chaos.getDeclaredConstructor(long.class, ChaosFigures.class, boolean.class);
        constructor.setAccessible(true);
        Object one = constructor.newInstance(seed, new ChaosFigures(), false);
        Method play = chaos.getDeclaredMethod("play");
        play.setAccessible(true);
        play.invoke(one);
        Field run = chaos.getSuperclass().getDeclaredField("run");
        run.setAccessible(true);
        return (ChaosRun) run.get(one);
    }
}
