package io.github.geminipool.wire.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.Client;
import com.google.genai.errors.ApiException;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.LiveConnectConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The version of the API is the pool's, whatever the SDK and {@code GOOGLE_GENAI_API_VERSION}, which says v1, would take. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class ApiVersionWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String OTHER = PoolInvariants.secretOf("two");

    private static final String NOT_FOUND =
            "{\"error\":{\"code\":404,\"status\":\"NOT_FOUND\",\"message\":\"models/m is not found for API version v1.\"}}";
    private static final String UNKNOWN_FIELD = "{\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\",\"message\":"
            + "\"Invalid JSON payload received. Unknown name \\\"serviceTier\\\": Cannot find field.\"}}";

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final RecordingListener events = new RecordingListener();

    private GeminiPool pool(GeminiSimulator simulator, String version) {
        return invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .key(OTHER)
                        .listener(events)
                        .settings(b.settings().withApiVersion(version)));
    }

    private GeminiSimulator simulator() {
        return invariants.simulator(b -> b.key(KEY).key(OTHER));
    }

    @ParameterizedTest
    @EnumSource(SdkOperation.class)
    void theClientAsksAtV1betaWhateverTheEnvironmentSays(SdkOperation operation) {
        assertThat(System.getenv("GOOGLE_GENAI_API_VERSION")).isEqualTo("v1");
        GeminiSimulator simulator = simulator();
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY));

        operation.call(pool.client());

        assertThat(simulator.requests())
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.path()).matches("(/upload)?/v1beta/.*"));
    }

    @ParameterizedTest
    @EnumSource(
            value = SdkOperation.class,
            names = {"GENERATE", "STREAM_ASYNC", "EMBED", "LIST_MODELS", "UPLOAD"})
    void theClientAsksAtAnotherVersionIfTheSettingsSaySo(SdkOperation operation) {
        GeminiSimulator simulator = simulator();

        operation.call(pool(simulator, "v1alpha").client());

        String uploads = "/upload/" + SdkVersion.uploadVersion("v1alpha") + "/";
        assertThat(simulator.requests().get(0).path())
                .startsWith(operation == SdkOperation.UPLOAD ? uploads : "/v1alpha/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1beta", "v1alpha"})
    void aLiveSessionIsAtTheVersionToo(String version) throws Exception {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY).tls());
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .ssl(simulator.sslSocketFactory(), simulator.trustManager())
                        .settings(b.settings().withApiVersion(version)));

        var session = pool.client()
                .async
                .live
                .connect("m", LiveConnectConfig.builder().build())
                .get(10, TimeUnit.SECONDS);
        session.close().get(10, TimeUnit.SECONDS);

        assertThat(simulator.requests())
                .singleElement()
                .satisfies(request ->
                        assertThat(request.path()).contains("google.ai.generativelanguage." + version + "."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1beta", "v1"})
    void aProbeIsAtTheVersionToo(String version) {
        ManualTime time = new ManualTime();
        GeminiSimulator simulator = simulator();
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(KEY)
                        .key(OTHER)
                        .timeSource(time)
                        .settings(b.settings().withApiVersion(version)));
        simulator.keyState(KEY, KeyState.INVALID);
        pool.generateContent(GenerationRequest.of("Hi").model("m"));
        time.advance(Duration.ofMinutes(30));
        Eventually.await("timed tasks and probes", () -> PoolProbe.isUpToDate(pool));
        long before = simulator.requestCount();

        time.advance(Duration.ofMinutes(5));
        Eventually.await("timed tasks and probes", () -> PoolProbe.isUpToDate(pool));

        assertThat(simulator.requests().stream().skip(before).map(RequestRecord::path))
                .containsExactly("/" + version + "/models/gemini-flash-latest");
    }

    @ParameterizedTest
    @CsvSource({
        "404, v1, v1",
        "404, v1alpha, v1alpha",
        "404, v1beta, ''",
        "400, v1, v1",
        "400, v1beta, ''",
    })
    void whatAVersionDoesNotKnowIsRefusedWithItsName(int status, String version, String named) {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().body(status, status == 404 ? NOT_FOUND : UNKNOWN_FIELD));
        GeminiPool pool = pool(simulator, version);

        var result = pool.tryGenerateContent(GenerationRequest.of("Hi").model("m"));

        assertThat(result.isSuccess()).isFalse();
        assertNamed(lastFailure(), named);
    }

    @Test
    void theVersionOfARequestCountsNotThatOfTheSettings() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().body(404, NOT_FOUND));
        GeminiPool pool = pool(simulator, "v1beta");
        GenerateContentConfig config = GenerateContentConfig.builder()
                .httpOptions(HttpOptions.builder().apiVersion("v1").build())
                .build();

        assertThatThrownBy(() -> pool.client().models.generateContent("m", "Hi", config))
                .isInstanceOf(ApiException.class);

        assertThat(simulator.requests().get(0).path()).startsWith("/v1/");
        assertNamed(lastFailure(), "v1");
    }

    @Test
    void theVersionOfAnotherClientCountsNotThatOfTheSettings() {
        GeminiSimulator simulator = simulator();
        simulator.fault(Fault.when().body(404, NOT_FOUND));
        Client own = Client.builder()
                .apiKey("any")
                .vertexAI(false)
                .httpOptions(HttpOptions.builder().baseUrl(simulator.baseUrl()).build())
                .clientOptions(ClientOptions.builder()
                        .customHttpClient(pool(simulator, "v1beta").httpClient())
                        .build())
                .build();

        assertThatThrownBy(() -> own.models.generateContent("m", "Hi", null)).isInstanceOf(ApiException.class);

        String version = SdkVersion.apiVersion();
        assertThat(simulator.requests().get(0).path()).startsWith("/" + version + "/");
        assertNamed(lastFailure(), version.equals("v1beta") ? "" : version);
    }

    private Failure lastFailure() {
        List<AttemptEnded> ended = events.events(AttemptEnded.class);
        return Objects.requireNonNull(ended.get(ended.size() - 1).failure());
    }

    private static void assertNamed(Failure failure, String version) {
        if (version.isEmpty()) {
            assertThat(failure.reason()).doesNotContain("at API version", "gemini.pool.api-version");
        } else {
            assertThat(failure.reason())
                    .contains("at API version " + version + ";", "only at v1beta", "gemini.pool.api-version");
        }
    }
}
