package io.github.geminipool.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Collections;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The wire tests run on the OkHttp that the build says, which would otherwise go unnoticed. */
@Tag("wire")
@Tag("okhttp")
class OkHttpVersionWireTest {

    /** OkHttp's own constant is no proof: the compiler has put 4.12's into this class. */
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
