package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.types.BatchJobSource;
import com.google.genai.types.Content;
import com.google.genai.types.CreateCachedContentConfig;
import com.google.genai.types.InlinedRequest;
import com.google.genai.types.Part;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Use;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Grounded calls and batches are refused with a 429 that names no quota: calls of other kinds are not affected. */
@Tag("wire")
@Tag("sdk")
@Timeout(60)
class UnnamedQuotaWireTest {

    private static final String MODEL = "gemini-flash-latest";
    private static final String HELP_ONLY =
            "{\"error\": {\"code\": 429, \"message\": \"You exceeded your current quota,"
                    + " please check your plan and billing details.\", \"status\": \"RESOURCE_EXHAUSTED\", \"details\": [{"
                    + "\"@type\": \"type.googleapis.com/google.rpc.Help\", \"links\": [{\"description\": \"Learn more about"
                    + " Gemini API quotas\", \"url\": \"https://ai.google.dev/gemini-api/docs/rate-limits\"}]}]}}";

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void shutsNoModel(int projects) {
        GeminiSimulator simulator = invariants.simulator(b -> {
            for (int i = 0; i < projects; i++) {
                b.key(PoolInvariants.secretOf("key" + i));
            }
        });
        GeminiPool pool = invariants.pool(simulator, b -> {
            for (int i = 0; i < projects; i++) {
                b.key(PoolInvariants.secretOf("key" + i));
            }
            b.settings(b.settings()
                    .withAcquireTimeout(Duration.ofMillis(1))
                    .withRetry(new RetrySettings(2, Duration.ZERO, 1, Duration.ZERO, 0, 1)));
        });
        simulator.fault(Fault.when().body(429, HELP_ONLY));
        for (int i = 0; i < 20; i++) {
            ClientException e = catchThrowableOfType(ClientException.class, () -> pool.generateContent("Hi"));
            assertThat(invariants.saw(e).code()).isEqualTo(429);
            assertThat(Objects.requireNonNull(Failure.of(e)).cause()).isEqualTo(FailureCause.QUOTA_UNNAMED);
        }
        simulator.clearFaults();

        assertThat(Form.CLIENT_SYNC.ask(pool, "m", "Hi")).contains("Hi");
        assertThat(pool.generateContent("Hi").text()).contains("Hi");
        assertThat(pool.keyStats().keys())
                .allSatisfy(key -> assertThat(key.modelExclusions()).isEmpty());
    }

    /** A free project has no quota for caches; a batch has limits of its own. */
    @ParameterizedTest
    @EnumSource(
            value = Use.class,
            names = {"CACHES", "BATCH"})
    void ofRequestsThatTakeNoneOfTheModelsShutsNoModel(Use use) {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(PoolInvariants.secretOf("one")));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.key(PoolInvariants.secretOf("one"))
                        .settings(b.settings().withRetry(new RetrySettings(2, Duration.ZERO, 1, Duration.ZERO, 0, 1))));
        simulator.fault(Fault.when().use(use).wire("429-limit-0.json"));
        for (int i = 0; i < 5; i++) {
            ClientException e = catchThrowableOfType(ClientException.class, () -> make(pool.client(), use));
            assertThat(invariants.saw(e).code()).isEqualTo(429);
        }

        assertThat(pool.generateContent("Hi").text()).contains("Hi");
        assertThat(pool.keyStats().keys())
                .allSatisfy(key -> assertThat(key.modelExclusions()).isEmpty());
        assertThat(pool.stats().models())
                .allSatisfy(model -> assertThat(model.quotas()).isEmpty());
    }

    private static void make(Client client, Use use) {
        Content prompt = Content.fromParts(Part.fromText("Hi"));
        if (use == Use.CACHES) {
            client.caches.create(
                    MODEL, CreateCachedContentConfig.builder().contents(prompt).build());
        } else {
            client.batches.create(
                    MODEL,
                    BatchJobSource.builder()
                            .inlinedRequests(
                                    InlinedRequest.builder().contents(prompt).build())
                            .build(),
                    null);
        }
    }
}
