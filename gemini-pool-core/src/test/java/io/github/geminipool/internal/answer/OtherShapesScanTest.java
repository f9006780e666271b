package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What responses in the shape of OpenAI's API and of interactions say about themselves. */
class OtherShapesScanTest {

    private static final String TOKEN = "\"continuation_token\":\"CiQBc+/Zab==\"";

    static IntStream sizes() {
        return IntStream.of(1, 2, 3, 7, 64, 5_000);
    }

    private static AnswerScan scan(String response, int size) throws IOException {
        AnswerScan scan = new AnswerScan("asked", null);
        byte[] bytes = response.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += size) {
            int count = Math.min(size, bytes.length - at);
            scan.passed(new Buffer().write(bytes, at, count), count);
        }
        return scan;
    }

    private static @Nullable TokenUsage tokens(String response, int size) throws IOException {
        ResponseFacts facts = scan(response, size).facts();
        return facts == null ? null : facts.tokens();
    }

    private static String completion(String usage) {
        return "{\"id\":\"a\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"}}],\"usage\":"
                + usage + "}";
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aCompletionsUsageIsRead(int size) throws IOException {
        assertThat(tokens(
                        completion("{\"prompt_tokens\":12,\"completion_tokens\":5,\"total_tokens\":17,"
                                + "\"prompt_tokens_details\":{\"cached_tokens\":4}}"),
                        size))
                .isEqualTo(new TokenUsage(12, 4, 5, 0));
        assertThat(tokens("{\"object\":\"list\",\"usage\":{\"prompt_tokens\":9,\"total_tokens\":9}}", size))
                .isEqualTo(new TokenUsage(9, 0, 0, 0));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void thoughtsAreInTheTotalOnlyOrInTheOutput(int size) throws IOException {
        assertThat(tokens(completion("{\"completion_tokens\":5,\"prompt_tokens\":12,\"total_tokens\":117}"), size))
                .isEqualTo(new TokenUsage(12, 0, 5, 100));
        assertThat(tokens(
                        completion("{\"prompt_tokens\":12,\"completion_tokens\":105,\"total_tokens\":117,"
                                + "\"completion_tokens_details\":{\"reasoning_tokens\":100}}"),
                        size))
                .isEqualTo(new TokenUsage(12, 0, 5, 100));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void theLastUsageOfAStreamCounts(int size) throws IOException {
        String chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}],\"usage\":%s}\n\n";
        String last = "data: {\"choices\":[],\"usage\":%s}\n\n";
        String end = "data: [DONE]\n\n";
        String first = "{\"prompt_tokens\":12,\"completion_tokens\":1,\"total_tokens\":13}";
        String whole = "{\"prompt_tokens\":12,\"completion_tokens\":7,\"total_tokens\":19}";
        TokenUsage expected = new TokenUsage(12, 0, 7, 0);
        assertThat(tokens(chunk.formatted("null") + last.formatted(whole) + end, size))
                .isEqualTo(expected);
        assertThat(tokens(chunk.formatted(first) + chunk.formatted(whole) + end, size))
                .isEqualTo(expected);
        assertThat(tokens(chunk.formatted(whole) + last.formatted("{}") + last.formatted("[3]") + end, size))
                .isEqualTo(expected);
        assertThat(tokens(chunk.formatted("null") + end, size)).isNull();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void anInteractionsUsageTierAndTokenAreRead(int size) throws IOException {
        String interaction =
                "{\"id\":\"i\",\"status\":\"requires_continuation\",\"steps\":[],\"service_tier\":\"flex\"," + TOKEN
                        + ",\"usage\":{\"total_input_tokens\":20,\"total_output_tokens\":8,\"total_thought_tokens\":30,"
                        + "\"total_cached_tokens\":6,\"total_tool_use_tokens\":2,\"total_tokens\":60,"
                        + "\"input_tokens_by_modality\":[{\"modality\":\"text\",\"tokens\":20}]}}";
        for (String each : new String[] {
            interaction, "data: {\"event_type\":\"interaction.completed\",\"interaction\":" + interaction + "}\n\n"
        }) {
            AnswerScan scan = scan(each, size);
            assertThat(scan.facts())
                    .isEqualTo(new ResponseFacts(null, null, null, new TokenUsage(22, 6, 8, 30), "flex"));
            assertThat(scan.continuation())
                    .isNotNull()
                    .isEqualTo(scan("{\"candidates\":[{" + TOKEN.replace("_t", "T") + "}]}", size)
                            .continuation());
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aCheckpointOfAnInteractionsStreamIsRead(int size) throws IOException {
        String update =
                "data: {\"event_type\":\"interaction.status_update\",\"interaction_id\":\"i\"," + TOKEN + "}\n\n";
        assertThat(scan(update, size).continuation()).isNotNull();
    }

    /** What the model says has whatever names its tools' parameters have. */
    @ParameterizedTest
    @MethodSource("sizes")
    void whatTheModelSaysIsNotTakenForAFact(int size) throws IOException {
        String said =
                "{\"continuationToken\":\"abc\"," + TOKEN + ",\"finishReason\":\"STOP\",\"blockReason\":\"SAFETY\","
                        + "\"promptTokenCount\":5,\"modelVersion\":\"m\",\"serviceTier\":\"flex\",\"service_tier\":\"flex\","
                        + "\"usage\":{\"prompt_tokens\":5,\"total_input_tokens\":5}}";
        for (String response : new String[] {
            "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":%s}}]}}]}",
            "{\"steps\":[{\"type\":\"function_call\",\"arguments\":%s}]}",
            "{\"outputs\":[{\"type\":\"function_call\",\"arguments\":%s}]}",
            "data: {\"event_type\":\"step.start\",\"step\":{\"type\":\"function_call\",\"arguments\":%s}}\n\n",
            "data: {\"event_type\":\"step.delta\",\"delta\":{\"type\":\"function_call\",\"arguments\":%s}}\n\n"
        }) {
            AnswerScan scan = scan(response.formatted(said), size);
            assertThat(scan.facts()).as(response).isNull();
            assertThat(scan.continuation()).as(response).isNull();
            assertThat(scan.isFinished()).as(response).isFalse();
        }
        assertThat(scan("{\"candidates\":[{\"content\":{\"parts\":[]},\"finishReason\":\"STOP\"}]}", size)
                        .isFinished())
                .isTrue();
    }
}
