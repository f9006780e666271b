package io.github.geminipool.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CleanTextTest {

    @Test
    void ordinaryTextIsUnchanged() {
        String text = "Straße, 日本語, 😀 \"quoted\" {json} – 100 %";

        assertThat(CleanText.of(text)).isEqualTo(text);
    }

    @Test
    void controlAndFormatCharactersBecomeBlanks() {
        assertThat(CleanText.of("a\nb\rc\u0000d\u001be\u2028f\u2029g\u202eh\u200bi\ufeffj\u0085k"))
                .isEqualTo("a b c d e f g h i j k");
    }

    @Test
    void longTextIsTruncated() {
        assertThat(CleanText.of("x".repeat(500))).isEqualTo("x".repeat(500));
        assertThat(CleanText.of("x".repeat(501))).isEqualTo("x".repeat(500) + "…");
    }
}
