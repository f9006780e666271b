package io.github.geminipool.wire.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.Form;
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

/** The pool sends one credential with each request: what is said of its lack or surplus is not the key's fault. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class MissingCredentialWireTest {

    private static final String ONE = PoolInvariants.secretOf("one");
    private static final String TWO = PoolInvariants.secretOf("two");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final RecordingListener listener = new RecordingListener();

    @ParameterizedTest
    @CsvSource({
        "openai/chat/completions, 401, Missing or invalid Authorization header, CREDENTIAL_MISSING",
        "openai/embeddings, 400, Missing or invalid Authorization header., CREDENTIAL_MISSING",
        "openai/chat/completions, 400, Multiple authentication credentials received. Please pass only one.,"
                + " MULTIPLE_CREDENTIALS",
        "interactions, 400, Multiple authentication credentials received. Please pass only one., MULTIPLE_CREDENTIALS",
        "models/m:generateContent, 403, Method doesn't allow unregistered callers, CREDENTIAL_MISSING"
    })
    void noKeyIsBlamed(String path, int status, String said, FailureCause cause) throws IOException {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(ONE).key(TWO));
        GeminiPool pool = invariants.pool(simulator, b -> b.key(ONE).key(TWO).listener(listener));
        simulator.fault(Fault.when()
                .first(6)
                .body(status, "[{\"error\":{\"code\":" + status + ",\"message\":\"" + said + "\"}}]"));
        Request request = new Request.Builder()
                .url(simulator.baseUrl() + "/v1beta/" + path)
                .post(RequestBody.create("{\"model\":\"m\"}", MediaType.get("application/json")))
                .build();
        for (int i = 0; i < 6; i++) {
            try (Response response = pool.httpClient().newCall(request).execute()) {
                assertThat(response.code()).isEqualTo(status);
                assertThat(Objects.requireNonNull(response.body()).string()).contains(said);
            }
        }
        assertThat(listener.attempts())
                .hasSize(6)
                .allSatisfy(attempt -> assertThat(
                                Objects.requireNonNull(attempt.failure()).cause())
                        .isEqualTo(cause));
        assertThat(listener.events(ScopeExcluded.class)).isEmpty();
        assertThat(pool.keyStats().keys()).allSatisfy(key -> {
            assertThat(key.usable()).isTrue();
            assertThat(key.errorRate()).isZero();
        });
        assertThat(Form.CLIENT_SYNC.ask(pool, "m", "Hi")).contains("Hi");
    }
}
