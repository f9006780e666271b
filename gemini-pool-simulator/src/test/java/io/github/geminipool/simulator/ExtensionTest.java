package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The JUnit extension: one simulator per class, reset before each test. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExtensionTest {
    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION =
            GeminiSimulatorExtension.with(b -> b.key("k1", k -> k.project("p")).quota(Quota.requestsPerMinute(1)));

    @Test
    @Order(1)
    void changesTheSimulator(GeminiSimulator simulator) throws Exception {
        assertThat(simulator).isSameAs(EXTENSION.simulator());
        Raw raw = new Raw(simulator);
        assertThat(raw.generate("k1", "m").statusCode()).isEqualTo(200);
        raw.post("/v1beta/cachedContents", "k1", "{\"model\":\"m\"}");
        simulator.keyState("k1", KeyState.LEAKED);
        simulator.addKey("k2");
        simulator.fault(Fault.when().respond(503));
    }

    @Test
    @Order(2)
    void findsTheInitialState(GeminiSimulator simulator) throws Exception {
        assertThat(simulator.requests()).isEmpty();
        assertThat(simulator.requestCount()).isZero();
        assertThat(simulator.keyState("k1")).isEqualTo(KeyState.VALID);
        assertThat(simulator.quotaLeft("p", "m").requestsPerMinute()).isEqualTo(1);
        Raw raw = new Raw(simulator);
        assertThat(raw.generate("k2", "m").statusCode()).isEqualTo(400);
        assertThat(raw.generate("k1", "m").statusCode()).isEqualTo(200);
        assertThat(Raw.json(raw.get("/v1beta/cachedContents", "k1")).has("cachedContents"))
                .isFalse();
    }

    @Nested
    class Inside {
        @Test
        void runsInNestedClasses(GeminiSimulator simulator) {
            assertThat(EXTENSION.baseUrl()).isEqualTo(simulator.baseUrl());
        }
    }
}
