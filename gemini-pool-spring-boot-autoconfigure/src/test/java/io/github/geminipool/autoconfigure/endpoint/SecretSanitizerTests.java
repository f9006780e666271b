package io.github.geminipool.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.ConfiguredKeys;
import io.github.geminipool.key.ApiKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.mock.env.MockEnvironment;

/** Masking of values that hold keys. */
class SecretSanitizerTests {

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

    private final MockEnvironment environment = new MockEnvironment();

    private @Nullable Object sanitized(String value) {
        return new SecretSanitizer(beans, new ConfiguredKeys(environment))
                .apply(new SanitizableData(null, "my.key", value))
                .getValue();
    }

    @Test
    void valuesThatHoldAKeyAreMasked() {
        try (GeminiPool pool =
                GeminiPool.builder().key(ApiKey.of("first-key-1")).build()) {
            beans.registerSingleton("pool", pool);
            assertThat(sanitized("it is first-key-1")).isEqualTo(SanitizableData.SANITIZED_VALUE);
            assertThat(sanitized("another")).isEqualTo("another");
        }
    }

    @Test
    void keysOfPoolsThatAreNotEnabledOrNotCreatedAreMasked() {
        environment
                .withProperty("MEDIA_KEY", "second-key-2")
                .withProperty("gemini.pool.keys", ",first-key-1,${UNSET}")
                .withProperty("gemini.pools.media.enabled", "false")
                .withProperty("gemini.pools.media.keys[0].value", "${MEDIA_KEY}");
        assertThat(sanitized("first-key-1")).isEqualTo(SanitizableData.SANITIZED_VALUE);
        assertThat(sanitized("second-key-2")).isEqualTo(SanitizableData.SANITIZED_VALUE);
        assertThat(sanitized("another")).isEqualTo("another");

        environment.withProperty("gemini.pools[0].keys", "x").withProperty("gemini.pool.keys[1]", "y");
        assertThat(sanitized("another")).as("what can't be read is no pool's").isEqualTo("another");
    }

    @Test
    void keysInThePropertiesOfAPoolThatHasOthersAreMasked() {
        environment.withProperty("OLD_KEY", "second-key-2").withProperty("gemini.pool.keys", "${OLD_KEY}");
        try (GeminiPool pool =
                GeminiPool.builder().key(ApiKey.of("first-key-1")).build()) {
            beans.registerSingleton("geminiPool", pool);
            assertThat(sanitized("second-key-2")).isEqualTo(SanitizableData.SANITIZED_VALUE);
            assertThat(sanitized("another")).isEqualTo("another");
        }
    }

    @Test
    void aPoolIsNotCreatedForIt() {
        beans.registerBeanDefinition("pool", new RootBeanDefinition(GeminiPool.class, () -> {
            throw new IllegalStateException("can't be built");
        }));
        assertThat(sanitized("first-key-1")).isEqualTo("first-key-1");
    }
}
