package io.github.geminipool.wire.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.failure.PoolClosedException;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.spi.SharedStore;
import io.github.geminipool.spi.TimeSource;
import io.github.geminipool.testing.MemoryStore;
import io.github.geminipool.testing.PoolInvariants;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store that can't be left, because its connection is broken. */
@Tag("wire")
@Timeout(60)
class FailingStoreWireTest {

    private final SharedStore store = new MemoryStore(TimeSource.system(), Runnable::run).connect("r");

    private SharedStore failing() {
        SharedStore.Following broken = () -> {
            throw new IllegalStateException("a broken connection");
        };
        return (SharedStore) Proxy.newProxyInstance(
                SharedStore.class.getClassLoader(),
                new Class<?>[] {SharedStore.class},
                (proxy, method, args) -> method.getName().equals("follow") ? broken : method.invoke(store, args));
    }

    @Test
    void keepsNoPoolFromClosing() {
        GeminiPool pool = GeminiPool.builder()
                .key(PoolInvariants.secretOf("one"))
                .sharedStore(failing())
                .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(URI.create("http://127.0.0.1:9")))
                .build();
        pool.close(Duration.ZERO);
        assertThat(pool.tryGenerateContent(GenerationRequest.of("Hi")).failure())
                .isInstanceOf(PoolClosedException.class);
    }
}
