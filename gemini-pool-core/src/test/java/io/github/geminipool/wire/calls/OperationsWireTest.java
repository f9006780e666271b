package io.github.geminipool.wire.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import com.google.genai.types.Content;
import com.google.genai.types.CreateCachedContentConfig;
import com.google.genai.types.File;
import com.google.genai.types.ListFilesConfig;
import com.google.genai.types.ListModelsConfig;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Part;
import com.google.genai.types.UploadFileConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every operation of the SDK fails over to another key. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
class OperationsWireTest {

    private static final String FIRST = PoolInvariants.secretOf("first");
    private static final String SECOND = PoolInvariants.secretOf("second");
    private static final String THIRD = PoolInvariants.secretOf("third");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    @SuppressWarnings("ImmutableEnumChecker") // The functions have no state.
    private enum Asked {
        GENERATE(client -> client.models.generateContent("m", "Hi", null).text()),
        EMBED(client -> client.models.embedContent("e", "Hi", null).embeddings().orElseThrow()),
        EMBED_ASYNC(client -> client.async
                .models
                .embedContent("e", "Hi", null)
                .join()
                .embeddings()
                .orElseThrow()),
        COUNT(client -> client.models.countTokens("m", "Hi", null).totalTokens().orElseThrow()),
        COUNT_ASYNC(client -> client.async
                .models
                .countTokens("m", "Hi", null)
                .join()
                .totalTokens()
                .orElseThrow()),
        LIST_MODELS(client -> client.models
                .list(ListModelsConfig.builder().build())
                .iterator()
                .next()),
        GET_MODEL(
                client -> client.models.get("gemini-flash-latest", null).name().orElseThrow()),
        UPLOAD(client -> upload(client)),
        UPLOAD_ASYNC(client -> client.async
                .files
                .upload(
                        new byte[10],
                        UploadFileConfig.builder().mimeType("text/plain").build())
                .join()
                .name()
                .orElseThrow()),
        LIST_FILES(client ->
                client.files.list(ListFilesConfig.builder().build()).iterator().hasNext()),
        CREATE_CACHE(client -> client.caches
                .create(
                        "m",
                        CreateCachedContentConfig.builder()
                                .contents(Content.fromParts(Part.fromText("x".repeat(400))))
                                .ttl(Duration.ofMinutes(5))
                                .build())
                .name()
                .orElseThrow()),
        LIST_CACHES(client -> client.caches.list(null).iterator().hasNext());

        private final Function<Client, Object> call;

        Asked(Function<Client, Object> call) {
            this.call = call;
        }
    }

    private static Object upload(Client client) {
        return client.files
                .upload(
                        new byte[10],
                        UploadFileConfig.builder().mimeType("text/plain").build())
                .name()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(Asked.class)
    void everyOperationFailsOverToTheThirdKey(Asked asked) {
        GeminiSimulator simulator =
                broken(invariants.simulator(b -> b.key(FIRST).key(SECOND).key(THIRD)));
        GeminiPool pool =
                invariants.pool(simulator, b -> b.key(FIRST).key(SECOND).key(THIRD));

        assertThat(asked.call.apply(pool.client())).isNotNull();

        List<RequestRecord> seen = simulator.requests();
        assertThat(seen.subList(0, 3)).extracting(RequestRecord::key).containsExactly(FIRST, SECOND, THIRD);
        assertThat(seen.subList(3, seen.size()))
                .allMatch(request -> request.key().equals(THIRD));
        assertThat(seen.subList(2, seen.size())).allMatch(request -> request.status() == 200);
    }

    private static GeminiSimulator broken(GeminiSimulator simulator) {
        simulator.fault(Fault.when().key(FIRST).wire("429-free-tpm.json"));
        simulator.keyState(SECOND, KeyState.INVALID);
        return simulator;
    }

    @Test
    void aLiveHandshakeFailsOverToTheThirdKey() throws Exception {
        GeminiSimulator simulator = broken(
                invariants.simulator(b -> b.key(FIRST).key(SECOND).key(THIRD).tls()));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(FIRST).key(SECOND).key(THIRD).ssl(simulator.sslSocketFactory(), simulator.trustManager()));

        var session = pool.client()
                .async
                .live
                .connect("m", LiveConnectConfig.builder().build())
                .get(10, TimeUnit.SECONDS);
        session.close().get(10, TimeUnit.SECONDS);

        assertThat(simulator.requests()).extracting(RequestRecord::key).containsExactly(FIRST, SECOND, THIRD);
        assertThat(simulator.requests()).extracting(RequestRecord::operation).containsOnly(Operation.LIVE);
        // The lease covers the handshake, not the session.
        assertThat(pool.stats().active()).isZero();
    }

    @Test
    void anUploadStaysOnTheProjectThatOpenedIt() {
        GeminiSimulator simulator =
                invariants.simulator(b -> b.key(FIRST).key(SECOND).key(THIRD));
        GeminiPool pool =
                invariants.pool(simulator, b -> b.key(FIRST).key(SECOND).key(THIRD));

        for (int i = 0; i < 3; i++) {
            File file = pool.client()
                    .files
                    .upload(
                            new byte[9 * 1024 * 1024],
                            UploadFileConfig.builder().mimeType("text/plain").build());
            assertThat(file.sizeBytes()).contains(9L * 1024 * 1024);
        }

        List<RequestRecord> seen = simulator.requests();
        assertThat(seen).hasSize(9).allMatch(request -> request.status() == 200);
        assertThat(seen).extracting(RequestRecord::key).contains(FIRST, SECOND, THIRD);
        for (int i = 0; i < 9; i += 3) {
            assertThat(seen.subList(i, i + 3))
                    .extracting(RequestRecord::key)
                    .containsOnly(seen.get(i).key());
        }
    }
}
