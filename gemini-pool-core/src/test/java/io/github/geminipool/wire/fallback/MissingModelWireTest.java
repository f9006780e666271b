package io.github.geminipool.wire.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.LoggedEvents;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fallback model serves for one that is gone, once no project has it; a warning says so. */
@Tag("wire")
class MissingModelWireTest extends FallbackFixture {

    private static final String GONE = "404-model-not-found.json";

    @RegisterExtension
    final LoggedEvents logged = new LoggedEvents("io.github.geminipool.fallbacks");

    @ParameterizedTest
    @EnumSource(Form.class)
    void theFallbackServesAfterAllProjectsWereAsked(Form form) {
        fault("m", GONE);
        GeminiPool pool = pool("fb");
        assertThat(form.ask(pool, "m", "Hi")).contains("Hi");
        assertThat(models()).containsExactly("m", "m", "fb");
        assertThat(told.moves)
                .singleElement()
                .extracting(ModelFellBack::failure)
                .satisfies(failure -> assertThat(failure.cause()).isEqualTo(FailureCause.MODEL_NOT_FOUND));
    }

    @Test
    void oneWarningSaysSo() {
        fault("m", GONE);
        GeminiPool pool = pool("fb");
        for (int i = 0; i < 10; i++) {
            assertThat(Form.FACADE.ask(pool, "m", "Hi")).contains("Hi");
        }
        assertThat(logged.list())
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage()).contains("'m'", "'fb'"));
    }

    @Test
    void aProjectThatHasTheModelServesBeforeTheFallback() {
        simulator.fault(Fault.when().model("m").key(KEY).wire(GONE));
        GeminiPool pool = pool("fb");
        for (int i = 0; i < 5; i++) {
            assertThat(Form.FACADE.ask(pool, "m", "Hi")).contains("Hi");
        }
        assertThat(models()).doesNotContain("fb");
        assertThat(told.moves).isEmpty();
    }
}
