package io.github.geminipool.wire.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody takes a key for a model's name: no log, event, statistic or exception shows it. */
@Tag("wire")
@Tag("okhttp")
@Timeout(60)
class KeyAsModelWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private GeminiSimulator simulator() {
        return invariants.simulator(b -> b.key(KEY));
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"CLIENT_SYNC", "CLIENT_ASYNC", "FACADE", "FACADE_ASYNC"})
    void isShownNowhere(Form form) {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = invariants.pool(
                simulator, b -> b.key(KEY).settings(b.settings().withAcquireTimeout(Duration.ofMillis(1))));
        for (String answer : new String[] {"404-model-not-found.json", "429-free-tpm.json", "429-free-tpm.json"}) {
            simulator.clearFaults();
            simulator.fault(Fault.when().wire(answer));
            Throwable e = catchThrowable(() -> form.ask(pool, KEY, "Hi"));
            for (Throwable cause = invariants.saw(e); cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain(KEY);
            }
        }
        assertThat(pool.stats().toString()).doesNotContain(KEY).contains("***");
        assertThat(invariants.logged()).noneMatch(line -> line.contains(KEY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1beta/models/x-%s:generateContent", "/v1beta/tunedModels/%s:streamGenerateContent"})
    void isShownNowhereWithinAName(String path) throws IOException {
        GeminiSimulator simulator = simulator();
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY));
        Request request = new Request.Builder()
                .url(simulator.baseUrl() + String.format(path, KEY))
                .post(RequestBody.create(new byte[] {'{', '}'}))
                .build();
        try (Response response = pool.httpClient().newCall(request).execute()) {
            assertThat(response.body().string()).doesNotContain(KEY);
        }
        assertThat(pool.stats().toString()).doesNotContain(KEY).contains("***");
    }
}
