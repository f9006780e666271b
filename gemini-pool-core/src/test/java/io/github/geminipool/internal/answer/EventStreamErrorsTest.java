package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EventStreamErrorsTest extends EventStreamFixture {

    @Nested
    class BareErrors {

        @Test
        void atTheStartBecomeOneEvent() {
            assertPasses(ERROR, FRAMED, ERROR);
            assertPasses(ERROR + "\n", FRAMED, ERROR);
            assertPasses(PRETTY, FRAMED, ERROR);
            assertPasses(PRETTY.replace("\n", "\r\n"), FRAMED, ERROR);
            assertPasses("[" + PRETTY + "]\n", FRAMED, ERROR);
            assertPasses("[\n" + ERROR + "\n]", FRAMED, ERROR);
            assertPasses("  " + ERROR, FRAMED, ERROR);
            assertPasses("\r\n" + PRETTY, "\r\n" + FRAMED, ERROR);
        }

        @Test
        void inTheMiddleBecomeOneEvent() {
            assertPasses(EVENT + ERROR, EVENT + FRAMED, ERROR);
            assertPasses(EVENT + EVENT + PRETTY, EVENT + EVENT + FRAMED, ERROR);
            assertPasses(EVENT + "[" + PRETTY + "]", EVENT + FRAMED, ERROR);
            assertPasses(EVENT + "\n" + PRETTY.replace("\n", "\r\n"), EVENT + "\n" + FRAMED, ERROR);
        }

        @Test
        void passBeforeTheConnectionEnds() {
            for (String error : List.of(ERROR, PRETTY, "[" + PRETTY + "]")) {
                cuts(EVENT + error).forEach(pieces -> {
                    reported.clear();
                    assertThat(readAll(stream(new Pieces(pieces, true)))).isEqualTo(EVENT + FRAMED);
                    assertThat(reported).containsExactly(ERROR);
                });
            }
        }

        @Test
        void areReturnedBeforeAnythingPasses() {
            cuts(PRETTY)
                    .forEach(pieces -> assertThat(firstErrorOf(stream(new Pieces(pieces, false))))
                            .isEqualTo(ERROR));
            cuts(EVENT + PRETTY)
                    .forEach(pieces -> assertThat(firstErrorOf(stream(new Pieces(pieces, false))))
                            .isNull());
        }

        @Test
        void afterBareEventsBecomeEventsInOrder() throws IOException {
            assertPasses(
                    file("sse-midstream-error.bare-json.txt"),
                    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"test\"}],\"role\":\"model\"}}]}\n\n"
                            + FRAMED,
                    ERROR);
        }

        @Test
        void areMasked() {
            String error = ERROR.replace("\"Error\"", "\"Consumer 'api_key:" + SECRET + "' has been suspended\"");
            String masked = error.replace(SECRET, "***");

            assertPasses(error, "data: " + masked + "\n\n", masked);
            assertPasses(EVENT + error, EVENT + "data: " + masked + "\n\n", masked);
        }
    }

    @Nested
    class FramedErrors {

        @Test
        void areReportedAndPass() {
            for (String frame : List.of(
                    "data: " + ERROR + "\n", "data:" + ERROR + "\n", "data:   " + ERROR + "\r\n", "data: " + ERROR)) {
                assertPasses(frame, FRAMED, ERROR);
                assertPasses(EVENT + frame, EVENT + FRAMED, ERROR);
            }
            assertPasses(
                    "data: { \"error\": {\"code\": 1}}\n",
                    "data: { \"error\": {\"code\": 1}}\n\n",
                    "{ \"error\": {\"code\": 1}}");
        }

        @Test
        void areReturnedBeforeAnythingPasses() {
            cuts(FRAMED)
                    .forEach(pieces -> assertThat(firstErrorOf(stream(new Pieces(pieces, true))))
                            .isEqualTo(ERROR));
        }

        @Test
        void areMasked() {
            String error = ERROR.replace("\"Error\"", "\"api_key:" + SECRET + "\"");
            String masked = error.replace(SECRET, "***");

            assertPasses("data: " + error + "\n", "data: " + masked + "\n\n", masked);
        }

        @Test
        void ofTheInteractionsApiAreRecognized() throws IOException {
            String event = file("interactions-sse-error-event.txt").strip();
            String json = event.substring("data: ".length());
            assertPasses(event + "\n\n", "data: " + json + "\n\n", json);
            String typed = json.replace("event_type", "type");
            assertPasses("event: error\ndata: " + typed + "\n\n", "event: error\ndata: " + typed + "\n\n", typed);
            String other = "data: {\"event_type\": \"errors\", \"x\": {\"error\": 1}}\n\n";
            assertPasses(other, other);
        }

        @Test
        void areTheLastEvent() {
            // The SDK reads one event ahead and would lose the error to the next one.
            assertPasses(FRAMED + EVENT, FRAMED, ERROR);
        }
    }
}
