package io.github.geminipool.samples.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The version of docs/versions.md is the one that the tests of this module run with. */
class VersionsTest {

    @Test
    void theTableNamesTheVersionOfTheseTests() throws IOException {
        String jar = OpenAIClient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        String version = jar.replaceAll(".*-(\\d[^/]*)\\.jar$", "$1");
        assertThat(Files.readString(Path.of("../../docs/versions.md")))
                .contains("| `com.openai:openai-java` | " + version + " |");
    }
}
