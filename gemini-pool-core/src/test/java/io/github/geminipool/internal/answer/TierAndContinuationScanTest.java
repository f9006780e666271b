package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.ResponseFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TierAndContinuationScanTest {

    private static final String TOKEN = "CiQBc+/Z".repeat(300) + "ab==";

    static IntStream sizes() {
        return IntStream.of(1, 2, 3, 7, 64, 1_023, 1_024, 1_025, 5_000);
    }

    private static AnswerScan scan(String response, int size, @Nullable String header) throws IOException {
        AnswerScan scan = new AnswerScan("asked", header);
        byte[] bytes = response.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += size) {
            int count = Math.min(size, bytes.length - at);
            scan.passed(new Buffer().write(bytes, at, count), count);
        }
        return scan;
    }

    private static @Nullable String digest(String tokenInJson, int size) throws IOException {
        return scan(
                        "{\"candidates\":[{\"finishReason\":\"CONTINUATION\",\"continuationToken\":" + tokenInJson
                                + "}]}",
                        size,
                        null)
                .continuation();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aTokenHasTheSameDigestHoweverItIsCutAndWritten(int size) throws IOException {
        String digest = digest("\"" + TOKEN + "\"", 100_000);
        assertThat(digest).isNotNull();
        assertThat(digest("\"" + TOKEN + "\"", size)).isEqualTo(digest);
        assertThat(digest("\"" + TOKEN.replace("=", "\\u003d") + "\"", size)).isEqualTo(digest);
        assertThat(digest("\"" + TOKEN.replace("/", "\\/") + "\"", size)).isEqualTo(digest);
        assertThat(digest("\"" + TOKEN.replace('/', '_').replace('+', '-').replace("=", "") + "\"", size))
                .isEqualTo(digest);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void tokensThatDifferAnywhereHaveDifferentDigests(int size) throws IOException {
        String digest = digest("\"" + TOKEN + "\"", size);
        assertThat(digest("\"" + TOKEN.replace("ab==", "aB==") + "\"", size)).isNotEqualTo(digest);
        assertThat(digest("\"d" + TOKEN.substring(1) + "\"", size)).isNotEqualTo(digest);
        assertThat(digest("\"" + TOKEN.substring(4) + "\"", size)).isNotEqualTo(digest);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void theLastTokenOfAStreamCounts(int size) throws IOException {
        String event = "data: {\"candidates\":[{\"continuationToken\":\"%s\"}]}\n\n";
        AnswerScan scan = scan(
                event.formatted("Zmlyc3Q=") + event.formatted("bnVsbA==") + "data: {\"continuationToken\":null}\n\n"
                        + "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n",
                size,
                null);
        assertThat(scan.continuation()).isEqualTo(digest("\"bnVsbA==\"", 1_000));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void anEmptyTokenIsNone(int size) throws IOException {
        assertThat(digest("\"\"", size)).isNull();
        assertThat(digest("null", size)).isNull();
        assertThat(scan("{\"text\":\"continuationToken\"}", size, null).continuation())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "standard, standard",
        "priority, priority",
        "SERVICE_TIER_PRIORITY, priority",
        "Flex, flex",
        "deferred, deferred",
        "SERVICE_TIER_UNSPECIFIED,",
        "'a b',",
        "'',",
        "veryveryveryveryveryveryverylongname,"
    })
    void aTierIsRead(String said, @Nullable String tier) throws IOException {
        ResponseFacts ofHeader = scan("{\"a\":1}", 3, said).facts();
        assertThat(ofHeader == null ? null : ofHeader.serviceTier()).isEqualTo(tier);
        ResponseFacts ofBody = scan("{\"usageMetadata\":{\"serviceTier\":\"" + said + "\"}}", 3, null)
                .facts();
        assertThat(ofBody == null ? null : ofBody.serviceTier()).isEqualTo(tier);
    }

    @Test
    void theHeaderIsKnownBeforeAnythingHasPassed() {
        assertThat(new AnswerScan("asked", "flex").facts())
                .isEqualTo(new ResponseFacts(null, null, null, null, "flex"));
        assertThat(new AnswerScan("asked", null).facts()).isNull();
    }
}
