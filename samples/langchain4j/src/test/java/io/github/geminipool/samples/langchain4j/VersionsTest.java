package io.github.geminipool.samples.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.googleai.GoogleAiGeminiChatModel;
import dev.langchain4j.service.AiServices;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.GeminiSimulator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The versions of docs/versions.md are those that the tests of this module run with. */
@Timeout(60)
class VersionsTest {

    /** An AI service. */
    interface Assistant {
        String answer(String question);
    }

    @Test
    void theTableNamesTheVersionsOfTheseTests() throws IOException {
        String gemini = versionOf(GoogleAiGeminiChatModel.class);
        assertThat(Files.readString(Path.of("../../docs/versions.md")))
                .contains("| `dev.langchain4j:langchain4j-google-ai-gemini` | " + gemini + " |")
                .contains("| `dev.langchain4j:langchain4j` | " + versionOf(AiServices.class) + " |");
        assertThat(versionOf(ChatModel.class)).as("langchain4j-core").isEqualTo(gemini);
    }

    @Test
    void theyMakeACallTogether() {
        try (GeminiSimulator simulator =
                        GeminiSimulator.builder().key("a-secret").start();
                GeminiPool pool = GeminiPool.builder()
                        .key("a-secret")
                        .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(URI.create(simulator.baseUrl())))
                        .build()) {
            PooledModels models = new PooledModels(pool, URI.create(simulator.baseUrl()));
            Assistant assistant = AiServices.builder(Assistant.class)
                    .chatModel(models.chat("gemini-flash-latest"))
                    .build();

            assertThat(assistant.answer("Why is the sky blue?")).contains("sky");
            assertThat(simulator.requestsByKey()).containsEntry("a-secret", 1L);
        }
    }

    /** Returns the version in the name of a class's jar. */
    private static String versionOf(Class<?> type) {
        String jar = type.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceAll(".*-(\\d[^/]*)\\.jar$", "$1");
    }
}
