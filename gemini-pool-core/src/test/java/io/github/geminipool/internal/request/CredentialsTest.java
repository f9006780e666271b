package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

    private static final String KEY = "AQ.the-key";
    private static final String MODEL = "https://gemini.test/v1beta/models/m:generateContent";

    private static Request replaced(Request request) {
        return Credentials.replaced(request, request.url(), KEY).build();
    }

    private static Request to(String url) {
        return new Request.Builder().url(url).build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "AUTHORIZATION",
                "authorization",
                "x-goog-api-key",
                "X-Goog-Api-Key",
                "X-GOOG-API-KEY",
                "x-goog-user-project",
                "X-Goog-User-Project",
                "OpenAI-Organization",
                "openai-organization",
                "OpenAI-Project",
                "OPENAI-PROJECT",
                "Cookie",
                "cookie",
                "Proxy-Authorization",
                "proxy-authorization",
                "api-key",
                "X-Api-Key",
                "X-Goog-IAM-Authorization-Token",
                "X-Goog-IAM-Authority-Selector"
            })
    void noHeaderOfTheCallerIsACredential(String name) {
        Request request = new Request.Builder()
                .url(MODEL)
                .addHeader(name, "callers")
                .addHeader("X-Kept", "kept")
                .addHeader(name, "callers again")
                .build();

        Request sent = replaced(request);

        assertThat(sent.headers().toMultimap())
                .containsOnlyKeys("x-goog-api-key", "x-kept")
                .containsEntry("x-goog-api-key", List.of("AQ.the-key"));
        assertThat(request.headers(name)).containsExactly("callers", "callers again");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "User-Agent",
                "x-goog-api-client",
                "Api-Revision",
                "X-Server-Timeout",
                "X-Goog-Upload-Command",
                "Accept",
                "OpenAI-Beta",
                "X-Keys"
            })
    void otherHeadersPass(String name) {
        Request sent = replaced(to(MODEL).newBuilder().header(name, "kept").build());
        assertThat(sent.header(name)).isEqualTo("kept");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key=callers",
                "%6Bey=callers",
                "%6b%65%79=callers",
                "KEY=callers",
                "$key=callers",
                "%24key=callers",
                "key=a&key=b&%6Bey=c&Key=d",
                "key",
                "key=",
                "access_token=callers",
                "access%5Ftoken=callers",
                "Access_Token=a&access_token=b",
                "oauth_token=callers",
                "bearer_token=callers",
                "userProject=callers",
                "$userProject=callers"
            })
    void noParameterOfTheCallerIsACredential(String query) {
        for (String url : List.of(
                MODEL + "?" + query, MODEL + "?alt=sse&" + query, MODEL + "?" + query + "&alt=sse&x=k%65y%3Dv")) {
            Request sent = replaced(to(url));
            assertThat(sent.url().queryParameterNames()).as(url).isSubsetOf("alt", "x");
            assertThat(sent.url().toString()).doesNotContain("callers");
            if (url.contains("alt")) {
                assertThat(sent.url().queryParameter("alt")).isEqualTo("sse");
            }
            assertThat(sent.headers(Credentials.KEY_HEADER)).containsExactly("AQ.the-key");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"keys=1", "pageToken=key", "monkey=1", "upload_id=key%3Da&upload_protocol=resumable", "alt=sse"})
    void otherParametersPassAsTheyWereWritten(String query) {
        assertThat(replaced(to(MODEL + "?" + query)).url().encodedQuery()).isEqualTo(query);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://gemini.test/v1beta/openai/chat/completions",
                "https://gemini.test/v1/openai/models",
                "https://gemini.test/v1beta/openai/models/gemini-flash-latest",
                "https://gemini.test/v1alpha/openai/embeddings?key=callers",
                "https://gemini.test/a/proxy/v1beta/openai/videos"
            })
    void openAiPathsGetABearerTokenOnly(String url) {
        Request request = new Request.Builder()
                .url(url)
                .addHeader("authorization", "Bearer callers")
                .addHeader("X-Goog-Api-Key", "callers")
                .addHeader("OpenAI-Organization", "callers")
                .build();

        Request sent = replaced(request);

        assertThat(sent.headers().toMultimap())
                .containsOnlyKeys("authorization")
                .containsEntry("authorization", List.of("Bearer AQ.the-key"));
        assertThat(sent.url().query()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://gemini.test/v1beta/models/openai:generateContent",
                "https://gemini.test/v1beta/files/openai",
                "https://gemini.test/v1beta/cachedContents/openai/x",
                "https://gemini.test/v1beta/openai",
                "https://gemini.test/openai/v1/models",
                "https://gemini.test/",
            })
    void otherPathsGetTheHeaderOfGemini(String url) {
        Request sent = replaced(to(url));
        assertThat(sent.header("Authorization")).isNull();
        assertThat(sent.header(Credentials.KEY_HEADER)).isEqualTo("AQ.the-key");
    }

    @Test
    void theGivenUrlCounts() {
        HttpUrl other = HttpUrl.get("https://gemini.test/v1beta/models/other:generateContent?key=callers");
        Request sent = Credentials.replaced(to(MODEL), other, KEY).build();
        assertThat(sent.url()).hasToString("https://gemini.test/v1beta/models/other:generateContent");
    }
}
