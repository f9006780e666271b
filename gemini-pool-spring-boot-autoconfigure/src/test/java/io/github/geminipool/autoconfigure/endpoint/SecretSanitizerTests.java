package io.github.geminipool.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.key.ApiKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.actuate.endpoint.SanitizableData;

/** Masking of values that hold keys. */
class SecretSanitizerTests {

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

    private @Nullable Object sanitized(String value) {
        return new SecretSanitizer(beans)
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
    void aPoolIsNotCreatedForIt() {
        beans.registerBeanDefinition("pool", new RootBeanDefinition(GeminiPool.class, () -> {
            throw new IllegalStateException("can't be built");
        }));
        assertThat(sanitized("first-key-1")).isEqualTo("first-key-1");
    }
}
