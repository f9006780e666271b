package io.github.geminipool.autoconfigure.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import java.net.URI;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the samples' pages show of their logs is what is logged today. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class SessionsTests {

    private static final Pattern LINE = Pattern.compile("Not using key 'revoked' [^\n…]+");

    /** A time on the minute has no seconds. */
    private static final Pattern TIME = Pattern.compile("\\d+ s \\(\\d\\d:\\d\\d(?::\\d\\d)? UTC\\)");

    private static List<String> lines(String text) {
        return LINE.matcher(text)
                .results()
                .map(MatchResult::group)
                .map(line -> TIME.matcher(line).replaceAll("a while"))
                .distinct()
                .toList();
    }

    @Test
    void aRevokedKeyIsLoggedAsTheSamplesShow(CapturedOutput output) {
        try (GeminiSimulator simulator = GeminiSimulator.builder()
                        .key("secret", key -> key.state(KeyState.INVALID))
                        .start();
                GeminiPool pool = GeminiPool.builder()
                        .key(ApiKey.of("secret").named("revoked"))
                        .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(URI.create(simulator.baseUrl())))
                        .build()) {
            pool.tryGenerateContent(GenerationRequest.of("Why is the sky blue?"));
        }

        assertThat(lines(output.getOut())).hasSize(1);
        assertThat(MarkdownPage.all().stream()
                        .filter(page -> page.name().startsWith("samples"))
                        .flatMap(page -> lines(page.text()).stream()))
                .hasSizeGreaterThan(3)
                .containsOnly(lines(output.getOut()).get(0));
    }
}
