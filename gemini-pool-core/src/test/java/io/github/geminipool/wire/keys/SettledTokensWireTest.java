package io.github.geminipool.wire.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.key.Limits;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.stats.QuotaUsage;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Gemini counted replaces what was reserved, in whichever shape it says so. */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class SettledTokensWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String CHAT =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Why are lamps round?\"}],\"stream\":%s,"
                    + "\"stream_options\":{\"include_usage\":true}}";

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();
    private final RecordingListener listener = new RecordingListener();

    private static String body(String shape) {
        return switch (shape) {
            case "chat" -> CHAT.formatted(false);
            case "chat stream" -> CHAT.formatted(true);
            case "embeddings" -> "{\"model\":\"m\",\"input\":[\"one lamp\",\"another lamp, which is round\"]}";
            case "interaction" -> "{\"model\":\"m\",\"input\":\"Why are lamps round?\"}";
            case "interaction stream" -> "{\"model\":\"m\",\"input\":\"Why are lamps round?\",\"stream\":true}";
            default -> "{\"contents\":[{\"parts\":[{\"text\":\"Why are lamps round?\"}]}]}";
        };
    }

    @ParameterizedTest
    @CsvSource({
        "models/m:generateContent, google",
        "models/m:streamGenerateContent?alt=sse, google stream",
        "openai/chat/completions, chat",
        "openai/chat/completions, chat stream",
        "openai/embeddings, embeddings",
        "interactions, interaction",
        "interactions, interaction stream"
    })
    void theReservationIsSettled(String path, String shape) throws IOException {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .timeSource(time)
                        .listener(listener)
                        .settings(b.settings().withLimits(Limits.NONE.withTokensPerMinute(1_000_000))));
        Request request = new Request.Builder()
                .url(simulator.baseUrl() + "/v1beta/" + path)
                .post(RequestBody.create(body(shape), MediaType.get("application/json")))
                .build();
        try (Response response = pool.httpClient().newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(Objects.requireNonNull(response.body()).string()).isNotEmpty();
        }
        ResponseFacts facts = Objects.requireNonNull(listener.attempts().get(0).response());
        TokenUsage tokens = Objects.requireNonNull(facts.tokens());
        assertThat(pool.stats().model("m").orElseThrow().quotas())
                .filteredOn(quota -> quota.unit() == QuotaUsage.Unit.TOKENS_PER_MINUTE)
                .extracting(QuotaUsage::used)
                .containsExactly(tokens.input());
        assertThat(tokens.input()).isBetween(1L, 12L);
        assertThat(tokens.output()).isEqualTo(shape.equals("embeddings") ? 0 : 33);
    }
}
