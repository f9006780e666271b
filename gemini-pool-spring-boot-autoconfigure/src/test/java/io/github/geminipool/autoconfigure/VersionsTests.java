package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.ai.google.genai.GoogleGenAiChatModel;
import org.springframework.boot.SpringApplication;

/** The versions of docs/versions.md are those that the tests of this module run with, such as {@link SpringAiTests}. */
@Tag("sdk")
class VersionsTests {

    @Test
    void theTableNamesTheVersionsOfTheseTests() throws IOException {
        assertThat(Files.readString(Path.of("../docs/versions.md")))
                .contains("| Spring Boot | " + versionOf(SpringApplication.class) + " |")
                .contains("| Lettuce | " + versionOf(RedisClient.class) + " |")
                .contains("| Spring AI | " + versionOf(GoogleGenAiChatModel.class) + " |")
                .containsPattern("google-genai` \\|[^|]* \\Q" + versionOf(Client.class) + "\\E ");
    }

    /** Returns the version in the name of a class's jar. */
    private static String versionOf(Class<?> type) {
        String jar = type.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceAll(".*-(\\d[^/]*)\\.jar$", "$1");
    }
}
