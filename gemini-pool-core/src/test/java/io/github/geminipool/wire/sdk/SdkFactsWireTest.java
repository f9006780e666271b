package io.github.geminipool.wire.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.Client;
import com.google.genai.errors.ApiException;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The SDK itself, without a pool: what it does that the pool relies on. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class SdkFactsWireTest {

    private static final String KEY = "key-of-the-interceptor";

    private final GeminiSimulator simulator = GeminiSimulator.builder().key(KEY).start();

    @AfterEach
    void stop() {
        simulator.close();
    }

    private Client client(HttpOptions.Builder options, OkHttpClient http) {
        return Client.builder()
                .apiKey("key-of-the-client")
                .vertexAI(false)
                .httpOptions(options.baseUrl(simulator.baseUrl()).build())
                .clientOptions(ClientOptions.builder().customHttpClient(http).build())
                .build();
    }

    private static OkHttpClient with(Interceptor interceptor) {
        return new OkHttpClient.Builder().addInterceptor(interceptor).build();
    }

    private static OkHttpClient withKey() {
        return with(chain -> chain.proceed(
                chain.request().newBuilder().header("x-goog-api-key", KEY).build()));
    }

    @ParameterizedTest
    @EnumSource(SdkOperation.class)
    void anInterceptorReplacesTheKeyOfEveryRequest(SdkOperation operation) {
        // Some of it exists only there.
        operation.call(client(HttpOptions.builder().apiVersion("v1beta"), withKey()));

        assertThat(simulator.requests())
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.key()).isEqualTo(KEY));
    }

    @Test
    void aTagSwitchesItsRetriesOff() {
        simulator.fault(Fault.when().respond(503));
        HttpRetryOptions none = HttpRetryOptions.builder()
                .attempts(1)
                .httpStatusCodes(List.of())
                .build();
        OkHttpClient http = with(chain -> chain.proceed(chain.request()
                .newBuilder()
                .header("x-goog-api-key", KEY)
                .tag(HttpRetryOptions.class, none)
                .build()));
        Client client = client(
                HttpOptions.builder()
                        .retryOptions(HttpRetryOptions.builder().attempts(4).initialDelay(30.0)),
                http);

        assertThatThrownBy(() -> client.models.generateContent("m", "Hi", null)).isInstanceOf(ApiException.class);

        assertThat(simulator.requestCount()).isEqualTo(1);
    }

    @Test
    void closingAClientShutsTheDispatcherThatItWasGiven() {
        ExecutorService executor = Executors.newCachedThreadPool();
        OkHttpClient http =
                withKey().newBuilder().dispatcher(new Dispatcher(executor)).build();

        client(HttpOptions.builder(), http).close();

        assertThat(executor.isShutdown()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(SdkOperation.class)
    void everyRequestIsAtTheVersionOfTheClient(SdkOperation operation) {
        operation.call(client(HttpOptions.builder().apiVersion("v1alpha"), withKey()));

        String uploads = "/upload/" + SdkVersion.uploadVersion("v1alpha") + "/";
        assertThat(simulator.requests().get(0).path())
                .startsWith(operation.name().startsWith("UPLOAD") ? uploads : "/v1alpha/");
    }

    @Test
    void withoutAVersionItIsNotThePools() {
        Client client = client(HttpOptions.builder(), withKey());

        // Whether v1 has the model does not matter here.
        assertThat(System.getenv("GOOGLE_GENAI_API_VERSION")).isEqualTo("v1");
        try {
            client.models.generateContent("m", "Hi", null);
        } catch (ApiException e) {
            assertThat(e.code()).isEqualTo(404);
        }

        assertThat(simulator.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.path()).startsWith("/" + SdkVersion.apiVersion() + "/"));
    }
}
