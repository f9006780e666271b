package io.github.geminipool.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Collections;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks that the wire tests run on the version of OkHttp that the build selects. */
@Tag("wire")
@Tag("okhttp")
class OkHttpVersionWireTest {

    /** Looks at the jar, because the compiler inlines OkHttp's version constant. */
    @Test
    void theJarIsTheOneOfThisExecution() {
        String jar = OkHttpClient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        assertThat(jar.substring(jar.lastIndexOf('/') + 1))
                .startsWith(System.getProperty("gemini-pool.okhttp", "okhttp-4."));
    }

    @Test
    void thereIsNoOther() throws IOException {
        assertThat(Collections.list(ClassLoader.getSystemResources("okhttp3/OkHttpClient.class")))
                .hasSize(1);
        assertThat(Collections.list(ClassLoader.getSystemResources("okio/Buffer.class")))
                .hasSize(1);
        assertThat(Collections.list(ClassLoader.getSystemResources("kotlin/Unit.class")))
                .hasSize(1);
    }
}
