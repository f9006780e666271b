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
@Tag("sdk")
class OkHttpVersionWireTest {

    /** Looks at the jar, because the compiler inlines OkHttp's version constant. */
    @Test
    void theJarIsTheOneOfThisExecution() {
        String jar = OkHttpClient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        String name = jar.substring(jar.lastIndexOf('/') + 1);
        assertThat(name).startsWith(System.getProperty("gemini-pool.okhttp", "okhttp-4."));
        assertThat(VersionsPage.jars()).contains(name);
    }

    @Test
    void thereIsNoOther() throws IOException {
        ClassLoader classPath = OkHttpVersionWireTest.class.getClassLoader();
        assertThat(Collections.list(classPath.getResources("okhttp3/OkHttpClient.class")))
                .hasSize(1);
        assertThat(Collections.list(classPath.getResources("okio/Buffer.class")))
                .hasSize(1);
        assertThat(Collections.list(classPath.getResources("kotlin/Unit.class")))
                .hasSize(1);
    }
}
