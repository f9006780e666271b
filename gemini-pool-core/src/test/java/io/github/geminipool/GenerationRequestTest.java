package io.github.geminipool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.Part;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.KeyChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GenerationRequestTest {

    private static final GenerationRequest REQUEST = GenerationRequest.of("Why is the sky blue?");

    private static GenerateContentConfig configOf(GenerationRequest request) {
        return Objects.requireNonNull(request.config());
    }

    @Test
    void saysNothingButItsPromptUnlessTold() {
        assertThat(REQUEST.contents()).hasSize(1);
        assertThat(REQUEST.contents().get(0).text()).isEqualTo("Why is the sky blue?");
        assertThat(REQUEST.model()).isNull();
        assertThat(REQUEST.config()).isNull();
        assertThat(REQUEST.options()).isEqualTo(CallOptions.NONE);
    }

    @Test
    void isImmutable() {
        GenerationRequest changed = REQUEST.model("m")
                .temperature(0.9f)
                .systemInstruction("Be brief")
                .maxAttempts(5)
                .acquireTimeout(Duration.ofSeconds(1))
                .deadline(Duration.ofSeconds(2));

        assertThat(REQUEST.model()).isNull();
        assertThat(REQUEST.config()).isNull();
        assertThat(REQUEST.options()).isEqualTo(CallOptions.NONE);
        assertThat(changed.contents()).isEqualTo(REQUEST.contents());
        assertThat(changed.model()).isEqualTo("m");
        assertThat(changed.options())
                .isEqualTo(new CallOptions(5, Duration.ofSeconds(1), Duration.ofSeconds(2), KeyChoice.ANY, false));
        assertThat(configOf(changed).temperature()).contains(0.9f);
        assertThat(configOf(changed).systemInstruction())
                .get()
                .extracting(Content::text)
                .isEqualTo("Be brief");
    }

    @Test
    void keepsItsContentsWhateverBecomesOfTheList() {
        List<Content> contents = new ArrayList<>(List.of(Content.fromParts(Part.fromText("a"))));
        GenerationRequest request = GenerationRequest.of(contents);

        contents.clear();

        assertThat(request.contents()).hasSize(1).isUnmodifiable();
    }

    @Test
    void shorthandsAddToTheConfiguration() {
        GenerateContentConfig config =
                GenerateContentConfig.builder().maxOutputTokens(10).build();

        GenerationRequest request = REQUEST.config(config).temperature(0);

        assertThat(configOf(request).maxOutputTokens()).contains(10);
        assertThat(configOf(request).temperature()).contains(0f);
        assertThat(config.temperature()).as("the caller's own").isEmpty();
    }

    @Test
    void aConfigurationReplacesShorthands() {
        GenerationRequest request = REQUEST.temperature(1)
                .config(GenerateContentConfig.builder().topK(3f).build());

        assertThat(configOf(request).temperature()).isEmpty();
    }

    @Test
    void optionsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.maxAttempts(0));
        assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.acquireTimeout(Duration.ofNanos(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.deadline(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.deadline(Duration.ofSeconds(-1)));
        assertThat(REQUEST.acquireTimeout(Duration.ZERO).options().acquireTimeout())
                .isEqualTo(Duration.ZERO);
    }

    @Test
    @SuppressWarnings("NullAway") // Callers may not be checked.
    void nullsAreRefused() {
        assertThatThrownBy(() -> GenerationRequest.of((String) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> REQUEST.model(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> REQUEST.config(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void showsNoContents() {
        assertThat(REQUEST.model("m").systemInstruction("private").toString())
                .contains("model=m", "contents=1")
                .doesNotContain("sky", "private");
    }
}
