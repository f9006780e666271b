package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadAheadTest {

    private static final Request REQUEST =
            new Request.Builder().url("https://gemini.example/").build();

    @ParameterizedTest
    @CsvSource({
        "google-genai-sdk/1.65.0 gl-java/17.0.15,           true",
        "google-genai-sdk/1.76.9 gl-java/25,                true",
        "app/2 google-genai-sdk/1.8.0 gl-java/17,           true",
        "google-genai-sdk/1.77.0 gl-java/17.0.15,           false",
        "google-genai-sdk/1.80.0 gl-java/17.0.15,           false",
        "google-genai-sdk/2.3.0 gl-java/17.0.15,            false",
        "google-genai-sdk/11.1.0 gl-java/17.0.15,           false",
        "google-genai-sdk/1.99999999999.0 gl-java/17.0.15,  false",
        "google-genai-sdk/1.x,                              false",
        "okhttp/4.12.0,                                     false",
        "'',                                                false",
    })
    void isToldByTheVersionOfTheSdk(String agent, boolean ahead) {
        assertThat(ReadAhead.isDoneBy(
                        REQUEST.newBuilder().header("user-agent", agent).build()))
                .isEqualTo(ahead);
    }

    @Test
    void aClientWithoutANameDoesNot() {
        assertThat(ReadAhead.isDoneBy(REQUEST)).isFalse();
    }
}
