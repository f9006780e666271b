package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import okhttp3.HttpUrl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiVersionTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "/v1beta/models/m:generateContent,          v1beta",
                "/v1/models/m:generateContent,              v1",
                "/v1alpha/auth_tokens,                      v1alpha",
                "/nonsense/models/m:generateContent,        nonsense",
                "/proxy/v2/gemini/v1/models/m:countTokens,  v1",
                "/v1/models/v2,                             v1",
                "/v1/models/models/operations/files,        v1",
                "/upload/v1/files,                          v1",
                "/upload/v1/fileSearchStores/s:uploadToFileSearchStore, v1",
                "/v1beta/openai/chat/completions,           v1beta",
                "/v1/webhooks/w,                            v1",
                "/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent, v1",
                "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained, v1alpha",
                "/ws/google.ai.generativelanguage.,         none",
                "/models/m:generateContent,                 none",
                "/upload/files,                             none",
                "/anything,                                 none",
                "/,                                         none",
            })
    void isThePartOfThePathBeforeWhatIsAskedFor(String path, String version) {
        assertThat(ApiVersion.in(HttpUrl.get("https://gemini.example" + path))).isEqualTo(version);
    }
}
