package io.github.geminipool.wire.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.types.Content;
import com.google.genai.types.Part;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationBatch;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.testing.PoolInvariants;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Errors on the workers of a batch. */
@Tag("wire")
@Timeout(60)
class BatchErrorWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    /** On the worker it can't even be printed or wrapped, as with an exhausted heap. */
    private static final class HeapExhausted extends VirtualMachineError {

        private static final long serialVersionUID = 1L;

        private final transient Thread batch;

        HeapExhausted(Thread batch) {
            this.batch = batch;
        }

        @Override
        public String getMessage() {
            if (Thread.currentThread() != batch) {
                throw this;
            }
            return "heap exhausted";
        }
    }

    /** Fails when the worker reads it. */
    private static final class Unreadable extends Content {

        private final HeapExhausted error;

        Unreadable(HeapExhausted error) {
            this.error = error;
        }

        @Override
        public Optional<List<Part>> parts() {
            throw error;
        }

        @Override
        public Optional<String> role() {
            throw error;
        }

        @Override
        public Builder toBuilder() {
            throw error;
        }
    }

    @Test
    void anErrorOnAWorkerFailsItsRequestAndTheBatchContinues() {
        GeminiSimulator simulator = invariants.simulator(b -> b.key(KEY));
        GeminiPool pool = invariants.pool(simulator, b -> b.key(KEY));
        HeapExhausted error = new HeapExhausted(Thread.currentThread());
        List<GenerationRequest> requests = List.of(
                GenerationRequest.of("first"),
                GenerationRequest.of(new Unreadable(error)),
                GenerationRequest.of("third"));
        List<GenerationResult> results = new ArrayList<>();
        GenerationBatch batch = pool.generateAll(requests.iterator());

        batch.forEach(results::add);

        assertThat(results).extracting(GenerationResult::isSuccess).containsExactly(true, false, true);
        assertThat(results.get(1).failure())
                .isInstanceOf(CompletionException.class)
                .hasCause(error);
        assertThat(batch.progress().done()).isEqualTo(3);
        assertThat(batch.progress().failed()).isOne();
    }
}
