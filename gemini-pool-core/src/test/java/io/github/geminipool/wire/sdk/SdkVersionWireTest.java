package io.github.geminipool.wire.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.wire.VersionsPage;
import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks that the wire tests run on the version of Google's SDK that the build selects. */
@Tag("wire")
@Tag("sdk")
class SdkVersionWireTest {

    @Test
    void theJarIsTheOneOfThisExecution() {
        assertThat(SdkVersion.jar()).startsWith(System.getProperty("gemini-pool.sdk", "google-genai-2."));
        assertThat(VersionsPage.jars()).contains(SdkVersion.jar());
    }

    @Test
    void thereIsNoOther() throws IOException {
        ClassLoader classPath = SdkVersionWireTest.class.getClassLoader();
        assertThat(Collections.list(classPath.getResources("com/google/genai/Client.class")))
                .hasSize(1);
    }
}
