package io.github.geminipool.samples.springai;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.adk.models.Gemini;
import com.google.genai.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.ai.google.genai.GoogleGenAiChatModel;

/** The versions of docs/versions.md are those of this module's tests; {@link GuideExamplesTests} makes calls with them. */
class VersionsTests {

    @Test
    void theTableNamesTheVersionsOfTheseTests() throws IOException {
        assertThat(Files.readString(Path.of("../../docs/versions.md")))
                .contains("| Spring AI | " + versionOf(GoogleGenAiChatModel.class) + " |")
                .contains("| Google's ADK | " + versionOf(Gemini.class) + " |")
                .containsPattern("google-genai` \\|[^|]* \\Q" + versionOf(Client.class) + "\\E ");
    }

    /** Returns the version in the name of a class's jar. */
    private static String versionOf(Class<?> type) {
        String jar = type.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceAll(".*-(\\d[^/]*)\\.jar$", "$1");
    }
}
