package io.github.geminipool.wire.continuation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import com.google.genai.gaos.models.interactions.CreateModelInteraction;
import com.google.genai.gaos.models.interactions.InteractionSSEStreamEvent;
import com.google.genai.gaos.models.interactions.InteractionsInput;
import com.google.genai.gaos.models.interactions.Model;
import com.google.genai.gaos.models.operations.CreateInteractionRequestBody;
import com.google.genai.gaos.models.operations.CreateInteractionResponse;
import com.google.genai.gaos.utils.EventStream;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.LongDecode;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.stats.ModelStats;
import io.github.geminipool.testing.PoolInvariants;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interactions in three hops, through the SDK that continues them by itself. */
@Tag("wire")
@Tag("sdk2")
@Timeout(60)
class InteractionHopsWireTest {

    private static final String MODEL = "gemini-4-argon";
    private static final String ONE = PoolInvariants.secretOf("one");
    private static final String TWO = PoolInvariants.secretOf("two");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private GeminiSimulator simulator;
    private GeminiPool pool;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(ONE, key -> key.project("one"))
                .key(TWO, key -> key.project("two"))
                .longDecode(LongDecode.of(MODEL, 3)));
        pool = invariants.pool(
                simulator,
                b -> b.key(ApiKey.of(ONE).named("one").inProject("one"))
                        .key(ApiKey.of(TWO).named("two").inProject("two"))
                        .settings(b.settings().withSelection(Selection.ROUND_ROBIN)));
    }

    private CreateInteractionResponse create(boolean stored, boolean streamed) {
        Client client = pool.client();
        return client.interactions.create(CreateInteractionRequestBody.of(CreateModelInteraction.builder()
                .model(Model.of(MODEL))
                .input(InteractionsInput.of("Tell me more about hops and hops"))
                .store(stored)
                .stream(streamed)
                .build()));
    }

    private void assertThreeHopsOfOneProject() {
        List<RequestRecord> requests = simulator.requests();
        List<RequestRecord> last = requests.subList(requests.size() - 3, requests.size());
        assertThat(last).extracting(RequestRecord::hop).containsExactly(1, 2, 3);
        assertThat(last)
                .extracting(RequestRecord::project)
                .containsOnly(last.get(0).project());
        assertThat(last).extracting(RequestRecord::status).containsOnly(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allHopsGoToOneProject(boolean stored) {
        for (int i = 0; i < 3; i++) {
            assertThat(create(stored, false).interaction()).isPresent();
            assertThreeHopsOfOneProject();
        }
        assertThat(simulator.requests()).extracting(RequestRecord::project).contains("one", "two");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allHopsOfAStreamGoToOneProject(boolean stored) throws Exception {
        for (int i = 0; i < 3; i++) {
            try (EventStream<InteractionSSEStreamEvent> events =
                    create(stored, true).events()) {
                assertThat(events.stream().count()).isPositive();
            }
            assertThreeHopsOfOneProject();
        }
    }

    /** It goes on from the last checkpoint, which only the project that issued it can read. */
    @Test
    void aStreamThatBreaksGoesOnWithItsProject() throws Exception {
        simulator.fault(Fault.when().hop(2).first(1).cutStreamAfter(4));
        try (EventStream<InteractionSSEStreamEvent> events = create(false, true).events()) {
            assertThat(events.stream().count()).isPositive();
        }
        assertThat(simulator.requests()).extracting(RequestRecord::hop).containsExactly(1, 2, 2, 3);
        assertThat(simulator.requests()).extracting(RequestRecord::project).containsOnly("one");
    }

    @Test
    void tokensAreCounted() {
        create(true, false);
        ModelStats stats = pool.stats().model(MODEL).orElseThrow();
        assertThat(stats.attempts().total()).isEqualTo(3);
        assertThat(stats.attempts().tokens().input()).isPositive();
        assertThat(stats.attempts().tokens().output()).isPositive();
    }
}
