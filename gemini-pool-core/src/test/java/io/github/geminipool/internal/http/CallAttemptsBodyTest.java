package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.FALLBACK;
import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.key.Limits;
import io.github.geminipool.spi.CallFacts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls about which the body says what the URL does not: the model, whether anything is stored, the number of texts. */
class CallAttemptsBodyTest {

    private static final String NAMED = "{\"model\":\"" + MODEL + "\"}";

    private CallFixture pool = CallFixture.with(setup -> {
        setup.keys = 1;
        setup.fallbacks = List.of(FALLBACK);
    });

    @AfterEach
    void nothingIsLeft() {
        pool.assertNothingIsLeft();
    }

    private static Request post(String path, String json) {
        return Responses.post(path, RequestBody.create(json, Responses.JSON));
    }

    private static Request batch(int texts) {
        String requests = IntStream.range(0, texts)
                .mapToObj(i -> "{\"content\":{\"parts\":[{\"text\":\"t\"}]}}")
                .collect(Collectors.joining(","));
        return post("models/" + MODEL + ":batchEmbedContents", "{\"requests\":[" + requests + "]}");
    }

    private static CallFixture limited(Limits limits) {
        return CallFixture.with(setup -> {
            setup.keys = 1;
            setup.limits = limits;
            setup.acquireTimeout = Duration.ofMinutes(5);
        });
    }

    private void hasNoQuotaToday() {
        pool.exchange.hasNoQuotaLeft(FailureKind.DAILY_QUOTA_EXHAUSTED, VirtualTime.START.plus(Duration.ofHours(12)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai/chat/completions",
                "openai/images/generations",
                "interactions",
                "decisions",
            })
    void aModelNamedInTheBodyHasItsPoolAndItsFallback(String path) throws IOException {
        hasNoQuotaToday();
        pool.exchange.answers().answers();
        assertThat(pool.call(post(path, NAMED)).code()).isEqualTo(200);
        assertThat(pool.exchange.models()).containsExactly(MODEL, FALLBACK);
        assertThat(pool.call(post(path, NAMED)).code())
                .as("known from the call before")
                .isEqualTo(200);
        assertThat(pool.exchange.models()).containsExactly(MODEL, FALLBACK, FALLBACK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai/embeddings", "cachedContents", "openai/batches", "openai/files"})
    void whatGeneratesNothingHasNoFallback(String path) throws IOException {
        hasNoQuotaToday();
        assertThat(pool.call(post(path, NAMED)).code()).isEqualTo(429);
        assertThat(pool.exchange.models()).containsExactly(MODEL);
    }

    @Test
    void whatNamesNoModelHasNoFallback() throws IOException {
        pool.exchange.isOverloaded().answers();
        assertThat(pool.call(post("interactions", "{\"agent\":\"deep-research\"}"))
                        .code())
                .isEqualTo(200);
        assertThat(pool.exchange.models()).containsExactly(CallFacts.NO_MODEL, CallFacts.NO_MODEL);
    }

    @Test
    void aBodyThatCanBeWrittenOnlyOnceNamesNoModel() throws IOException {
        pool.exchange.isOverloaded();
        assertThat(pool.call(Responses.post("openai/chat/completions", Responses.oneShot()))
                        .code())
                .isEqualTo(503);
        assertThat(pool.exchange.models()).containsExactly(CallFacts.NO_MODEL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"" + MODEL + "\",\"store\":false}",
                "{\"model\":\"" + MODEL + "\",\"store\":false,\"stream\":true}"
            })
    void anInteractionThatIsNotStoredIsRetried(String json) throws IOException {
        pool.exchange.breaksOff(true).answers();
        assertThat(pool.call(post("interactions", json)).code()).isEqualTo(200);
        assertThat(pool.exchange.attempts()).isEqualTo(2);
    }

    @Test
    void aStoredInteractionIsNotRetriedOnceItMayHaveBeenCarriedOut() throws IOException {
        pool.exchange.breaksOff(true);
        assertThatThrownBy(() -> pool.call(post("interactions", NAMED))).isInstanceOf(IOException.class);
        assertThat(pool.exchange.attempts()).isEqualTo(1);

        pool.exchange.breaksOff(false).answers();
        assertThat(pool.call(post("interactions", NAMED)).code()).isEqualTo(200);
        assertThat(pool.exchange.attempts()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai/chat/completions", "openai/embeddings"})
    void openAiShapedCallsAreRetried(String path) throws IOException {
        pool.exchange.breaksOff(true).answers();
        assertThat(pool.call(post(path, NAMED)).code()).isEqualTo(200);
    }

    @Test
    void whatTakesNoQuotaWaitsForNone() throws IOException {
        pool = limited(Limits.NONE.withRequestsPerMinute(1));
        pool.exchange.answers().answers().answers().answers().answers();
        pool.call(post("openai/chat/completions", NAMED));
        pool.call(post("cachedContents", NAMED));
        pool.call(post("models/" + MODEL + ":countTokens", "{}"));
        pool.call(post("models/" + MODEL + ":batchGenerateContent", "{}"));
        assertThat(pool.time.passed()).isZero();
        pool.call(post("interactions", NAMED));
        assertThat(pool.time.passed()).isGreaterThan(Duration.ofMinutes(1));
        assertThat(pool.exchange.models()).containsOnly(MODEL);
    }

    @Test
    void aBatchOfTextsWaitsForAllItsSlots() throws IOException {
        pool = limited(Limits.NONE.withRequestsPerMinute(100));
        pool.exchange.answers().answers().answers();
        pool.call(batch(50));
        pool.call(batch(50));
        assertThat(pool.time.passed()).isZero();
        pool.call(batch(50));
        assertThat(pool.time.passed()).isEqualTo(Duration.ofMillis(60_100));
    }

    @Test
    void aBatchThatNoProjectMaySendIsRefusedWithWords() throws IOException {
        pool = limited(Limits.NONE.withRequestsPerMinute(100));
        Response refused = pool.call(batch(101));
        assertThat(refused.code()).isEqualTo(400);
        assertThat(Objects.requireNonNull(refused.body()).string())
                .contains("The batch for model '" + MODEL + "' was not sent")
                .contains("101 texts")
                .contains("more than 100 at once");
        assertThat(pool.exchange.attempts()).isZero();
        assertThat(pool.time.passed()).isZero();
    }

    @Test
    void anOpenAiShapedBatchCountsItsTextsToo() throws IOException {
        pool = limited(Limits.NONE.withRequestsPerMinute(2));
        pool.exchange.answers();
        pool.call(post("openai/embeddings", "{\"model\":\"" + MODEL + "\",\"input\":[\"a\",\"b\"]}"));
        assertThat(pool.call(post("openai/embeddings", "{\"input\":[\"a\",\"b\",\"c\"],\"model\":\"" + MODEL + "\"}"))
                        .code())
                .isEqualTo(400);
    }
}
