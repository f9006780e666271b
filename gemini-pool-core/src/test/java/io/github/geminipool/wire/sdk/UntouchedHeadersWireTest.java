package io.github.geminipool.wire.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import com.google.genai.types.HttpOptions;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.PoolInvariants;
import java.util.List;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gemini tells by headers which client asks and what that can do, such as long answers: they pass as the client wrote them. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class UntouchedHeadersWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private static List<Map<String, String>> headers(GeminiSimulator simulator) {
        return simulator.requests().stream().map(RequestRecord::headers).toList();
    }

    @ParameterizedTest
    @EnumSource(SdkOperation.class)
    void aRequestOfTheSdkHasTheHeadersThatItHasWithoutThePool(SdkOperation operation) {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY));
        try (Client bare = Client.builder()
                .apiKey(KEY)
                .vertexAI(false)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(simulator.baseUrl())
                        .apiVersion("v1beta")
                        .build())
                .build()) {
            operation.call(bare);
        }
        List<Map<String, String>> expected = headers(simulator);
        simulator.resetLog();
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY));

        operation.call(pool.client());

        assertThat(headers(simulator)).isEqualTo(expected);
        assertThat(expected)
                .isNotEmpty()
                .allSatisfy(headers -> assertThat(headers).containsKeys("user-agent", "x-goog-api-client"));
    }

    @Test
    void aRequestOfAnyOtherClientHasItsHeadersToo() throws Exception {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY));
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY));
        Map<String, String> its = Map.of(
                "user-agent", "google-genai-sdk/3.1 gl-kotlin/2",
                "x-goog-api-client", "google-genai-sdk/3.1",
                "api-revision", "2026-05-20",
                "x-server-timeout", "600",
                "x-goog-request-params", "model=m",
                "x-of-next-year", "long");
        for (String path : List.of("models/m:generateContent", "interactions", "openai/chat/completions")) {
            Request.Builder request = new Request.Builder()
                    .url(simulator.baseUrl() + "/v1beta/" + path)
                    .post(RequestBody.create("{}", MediaType.get("application/json")));
            its.forEach(request::header);
            pool.httpClient().newCall(request.build()).execute().close();
        }
        assertThat(headers(simulator))
                .hasSize(3)
                .allSatisfy(headers -> assertThat(headers).containsAllEntriesOf(its));
    }
}
