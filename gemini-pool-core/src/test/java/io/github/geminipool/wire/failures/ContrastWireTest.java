package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.ClientException;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GoogleSearch;
import com.google.genai.types.ListFilesConfig;
import com.google.genai.types.Tool;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.simulator.Use;
import io.github.geminipool.stats.ModelExclusion;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.ManualTime;
import io.github.geminipool.testing.PoolInvariants;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors that do not say whom they concern: another project is asked, and who fails what it answers is out. */
@Tag("wire")
@Tag("sdk")
class ContrastWireTest {

    private static final String DENIED = error(403, "PERMISSION_DENIED", "The caller does not have permission");
    private static final String FREE_IN_WRONG_COUNTRY = error(
            400,
            "FAILED_PRECONDITION",
            "User location is not supported for the API use without a billing account linked.");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ManualTime time = new ManualTime();

    private static String error(int code, String status, String message) {
        return "{\"error\": {\"code\": " + code + ", \"message\": \"" + message + "\", \"status\": \"" + status
                + "\"}}";
    }

    private static List<String> secrets(int keys) {
        return IntStream.range(0, keys)
                .mapToObj(i -> PoolInvariants.secretOf("key" + i))
                .toList();
    }

    private GeminiSimulator simulator(List<String> secrets) {
        return invariants.simulator(b -> secrets.forEach(b::key));
    }

    private GeminiPool pool(GeminiSimulator simulator, List<String> secrets) {
        return invariants.pool(simulator, b -> {
            secrets.forEach(b::key);
            b.timeSource(time);
        });
    }

    private static List<String> keysOf(GeminiSimulator simulator) {
        return simulator.requests().stream().map(RequestRecord::key).toList();
    }

    private static List<ModelExclusion> exclusions(GeminiPool pool) {
        return pool.keyStats().keys().stream()
                .flatMap(key -> key.modelExclusions().stream())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aDeniedKeyFailsNoCall(Form form) {
        for (int keys : new int[] {2, 5, 10}) {
            List<String> secrets = secrets(keys);
            GeminiSimulator simulator = simulator(secrets);
            simulator.fault(Fault.when().key(secrets.get(0)).body(403, DENIED));
            GeminiPool pool = pool(simulator, secrets);
            for (int i = 0; i < 2 * keys; i++) {
                assertThat(form.ask(pool, "m", "Hi")).contains("Hi");
            }
            assertThat(keysOf(simulator)).filteredOn(secrets.get(0)::equals).hasSize(1);
            assertThat(exclusions(pool))
                    .singleElement()
                    .satisfies(exclusion -> assertThat(exclusion.reason()).contains("answered the same request"));
        }
    }

    @ParameterizedTest
    @CsvSource({"404-model-not-found.json", "404-model-not-found-v1.json"})
    void aProjectWithoutTheModelIsOutForIt(String wire) {
        List<String> secrets = secrets(3);
        GeminiSimulator simulator = simulator(secrets);
        simulator.fault(Fault.when().key(secrets.get(0)).model("m").wire(wire));
        GeminiPool pool = pool(simulator, secrets);
        for (int i = 0; i < 6; i++) {
            assertThat(Form.FACADE.ask(pool, "m", "Hi")).contains("Hi");
            assertThat(Form.FACADE.ask(pool, "other", "Hi")).contains("Hi");
        }
        assertThat(simulator.requests())
                .filteredOn(request -> request.status() == 404)
                .hasSize(1);
        assertThat(exclusions(pool)).extracting(ModelExclusion::model).containsExactly("m");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 10})
    void aModelThatNobodyHasIsReturnedAndNotAskedAboutAgain(int keys) {
        List<String> secrets = secrets(keys);
        GeminiSimulator simulator = simulator(secrets);
        simulator.fault(Fault.when().model("m").wire("404-model-not-found.json"));
        GeminiPool pool = pool(simulator, secrets);
        for (int i = 0; i < 20; i++) {
            assertThat(invariants.saw(catchThrowable(() -> Form.FACADE.ask(pool, "m", "Hi"))))
                    .isInstanceOf(ClientException.class);
        }
        // At most two others for each project, until all have failed alike; then one request for each call.
        assertThat(simulator.requestCount()).isBetween(20L + 1, 20L + keys);
        assertThat(exclusions(pool)).isEmpty();
        assertThat(Form.FACADE.ask(pool, "other", "Hi")).contains("Hi");
    }

    /** A choice that never ends would hold the pool's lock, hence the separate thread. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aProjectThatRefusesListsIsOutForThem() {
        List<String> secrets = secrets(2);
        GeminiSimulator simulator = simulator(secrets);
        simulator.fault(Fault.when().key(secrets.get(0)).body(403, DENIED));
        GeminiPool pool = pool(simulator, secrets);
        for (int i = 0; i < 6; i++) {
            assertThat(pool.client().files.list(ListFilesConfig.builder().build()))
                    .isEmpty();
        }
        assertThat(keysOf(simulator)).filteredOn(secrets.get(0)::equals).hasSize(1);
    }

    @Test
    void aFreeKeyInTheWrongCountryIsOutAndThePaidOneServes() {
        List<String> secrets = secrets(3);
        GeminiSimulator simulator = simulator(secrets);
        simulator.fault(Fault.when()
                .where(request -> !request.key().equals(secrets.get(2)))
                .body(400, FREE_IN_WRONG_COUNTRY));
        GeminiPool pool = invariants.pool(
                simulator,
                b -> b.project(new Project("free-1", "free", 0, 1))
                        .project(new Project("free-2", "free", 0, 1))
                        .project(new Project("paid", "paid", 1, 1))
                        .key(ApiKey.of(secrets.get(0)).inProject("free-1"))
                        .key(ApiKey.of(secrets.get(1)).inProject("free-2"))
                        .key(ApiKey.of(secrets.get(2)).inProject("paid"))
                        .timeSource(time));
        for (int i = 0; i < 6; i++) {
            assertThat(Form.CLIENT_SYNC.ask(pool, "m", "Hi")).contains("Hi");
        }
        assertThat(keysOf(simulator).subList(4, 8)).containsOnly(secrets.get(2));
        assertThat(simulator.requests())
                .filteredOn(request -> request.status() == 400)
                .hasSize(2);
    }

    @Test
    void aRefusalOfGroundedCallsConcernsNoPlainOnes() {
        List<String> secrets = secrets(2);
        GeminiSimulator simulator = simulator(secrets);
        simulator.fault(Fault.when().use(Use.GROUNDED).body(429, """
                {"error": {"code": 429, "message": "You exceeded your current quota.", "status": "RESOURCE_EXHAUSTED",
                  "details": [{"@type": "type.googleapis.com/google.rpc.Help",
                    "links": [{"description": "Learn more", "url": "https://ai.google.dev/gemini-api/docs/rate-limits"}]}]}}
                """));
        GeminiPool pool = pool(simulator, secrets);
        GenerateContentConfig grounded = GenerateContentConfig.builder()
                .tools(Tool.builder()
                        .googleSearch(GoogleSearch.builder().build())
                        .build())
                .build();
        for (int i = 0; i < 5; i++) {
            Throwable e = catchThrowable(() -> pool.generateContent(
                    GenerationRequest.of("Hi").model("m").config(grounded).maxAttempts(1)));
            assertThat(e).isNotNull();
            assertThat(Form.FACADE.ask(pool, "m", "Hi")).contains("Hi");
        }
        assertThat(pool.keyStats().usable()).isEqualTo(2);
        assertThat(simulator.requests())
                .filteredOn(request -> request.status() == 200)
                .as("plain calls, each answered at once")
                .hasSize(5);
    }

    @Test
    void whoIsOutIsTriedAgainByOneCall() {
        List<String> secrets = secrets(2);
        GeminiSimulator simulator = simulator(secrets);
        Fault denied = Fault.when().key(secrets.get(0)).body(403, DENIED);
        simulator.fault(denied);
        GeminiPool pool = pool(simulator, secrets);
        Form.FACADE.ask(pool, "m", "Hi");
        time.advance(Duration.ofSeconds(31));
        for (int i = 0; i < 4; i++) {
            assertThat(Form.FACADE.ask(pool, "m", "Hi")).contains("Hi");
        }
        assertThat(keysOf(simulator)).filteredOn(secrets.get(0)::equals).hasSize(2);
    }
}
