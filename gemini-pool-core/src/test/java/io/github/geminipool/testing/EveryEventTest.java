package io.github.geminipool.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.PoolListener;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EveryEventTest {

    private static List<String> signatures(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .filter(method -> Arrays.stream(method.getParameterTypes()).noneMatch(Record.class::equals))
                .map(EveryEventTest::signature)
                .toList();
    }

    private static String signature(Method method) {
        return method.getName() + Arrays.toString(method.getParameterTypes());
    }

    @Test
    void everyMethodOfAListenerIsOverridden() {
        assertThat(signatures(EveryEvent.class))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(signatures(PoolListener.class));
    }
}
