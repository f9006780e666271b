package io.github.geminipool.samples.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole sample with the simulator. */
@Timeout(60)
class ConversationTest {

    @Test
    void hasToolMemoryAndStreaming() {
        String printed = run(List.of("Why are lamps round?", "How large is our stock of lamps?", "What did I ask?"));
        assertThat(printed)
                .contains("You wrote: \"Why are lamps round?\"")
                .contains("[stock{\"item\":\"lamps\"} = lamps: 12]")
                .containsPattern("Before that, you wrote: .*Why are lamps round\\?.*How large is our stock of lamps\\?")
                .containsPattern("north: requests \\d, failed 0")
                .containsPattern("revoked: requests 1, failed 1")
                .doesNotContain("simulated-");
    }

    @Test
    void completeAnswersUseToolsToo() {
        assertThat(run(List.of("How large is our stock of shades?"))).contains("shades: 3");
    }

    @Test
    void withKeysFromTheEnvironmentGoogleAnswers() {
        try (Source source = Source.of(" first-key, second-key,")) {
            assertThat(source.keys()).hasSize(2);
            assertThat(source.baseUrl()).hasHost("generativelanguage.googleapis.com");
            assertThat(source.simulator()).isNull();
        }
    }

    private static String run(List<String> questions) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        LangChain4jApplication.run("", questions, new PrintStream(printed, true, StandardCharsets.UTF_8));
        return printed.toString(StandardCharsets.UTF_8);
    }
}
