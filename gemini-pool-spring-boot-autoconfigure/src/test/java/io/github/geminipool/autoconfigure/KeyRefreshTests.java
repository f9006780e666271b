package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.key.ApiKey;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;

/** Keys that change at run time. */
class KeyRefreshTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class));

    @Test
    void refreshOfTheEnvironmentReplacesChangedKeys() {
        runner.withPropertyValues("gemini.pool.keys=first-key-1,second-key-2").run(context -> {
            GeminiPool pool = context.getBean(GeminiPool.class);
            TestPropertyValues.of("gemini.pool.keys=first-key-1,third-key-3").applyTo(context);

            context.publishEvent(new EnvironmentChangeEvent(context, Set.of("gemini.pool.keys")));

            assertThat(pool.keys().names()).containsExactly("Key #1", "Key #3");
        });
    }

    @Test
    void refreshWithAnInvalidKeyChangesNothing() {
        runner.withPropertyValues("gemini.pool.keys=first-key-1,second-key-2").run(context -> {
            GeminiPool pool = context.getBean(GeminiPool.class);
            TestPropertyValues.of("gemini.pool.keys=first-key-1,no key").applyTo(context);

            context.publishEvent(new EnvironmentChangeEvent(context, Set.of("gemini.pool.keys")));

            assertThat(pool.keys().names()).containsExactly("Key #1", "Key #2");
        });
    }

    @Test
    void resetReloadsThePropertiesWithoutSpringCloud() {
        runner.withPropertyValues("gemini.pool.keys=first-key-1")
                .withClassLoader(new FilteredClassLoader(EnvironmentChangeEvent.class))
                .run(context -> {
                    assertThat(context).doesNotHaveBean("geminiPoolKeyRefresh");
                    TestPropertyValues.of("gemini.pool.keys=first-key-1,second-key-2")
                            .applyTo(context);

                    context.getBean(GeminiPool.class).reset();

                    assertThat(context.getBean(GeminiPool.class).keys().names()).containsExactly("Key #1", "Key #2");
                });
    }

    @Test
    void resetReloadsTheConnectionDetails() {
        List<ApiKey> keys = new CopyOnWriteArrayList<>(List.of(ApiKey.of("first-key-1")));
        runner.withBean(GeminiPoolConnectionDetails.class, () -> () -> List.copyOf(keys))
                .run(context -> {
                    keys.add(ApiKey.of("second-key-2").named("spare"));

                    context.getBean(GeminiPool.class).reset();

                    assertThat(context.getBean(GeminiPool.class).keys().names()).containsExactly("Key #1", "spare");
                });
    }
}
