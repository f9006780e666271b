package io.github.geminipool.internal.answer;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An event is an error wherever in it the error stands. */
class LateErrorFieldTest extends EventStreamFixture {

    private static final String INNER = ERROR.substring(1, ERROR.length() - 1);

    private static List<String> late() {
        return List.of(
                "{\"responseId\":\"x\"," + INNER + "}",
                "{\"candidates\":[{\"content\":{\"parts\":[]}}]," + INNER + "}",
                "{\"id\": 1, \"error\" : {\"code\":500,\"message\":\"Error\"}}",
                "{\"text\":\"say \\\"error\\\": { \\\\\"," + INNER + ",\"more\":[]}",
                "{\"x\":{\"error\":{}},\"y\":[{\"error\":{}}]," + INNER + "}");
    }

    @Test
    void isReportedAndPasses() {
        for (String error : late()) {
            assertPasses("data: " + error + "\n\n", "data: " + error + "\n\n", error);
            assertPasses(EVENT + EVENT + "data:" + error, EVENT + EVENT + "data: " + error + "\n\n", error);
        }
    }

    @Test
    void isMasked() {
        String error = late().get(0).replace("\"Error\"", "\"It was " + SECRET + "\"");
        String masked = error.replace(SECRET, "***");
        assertPasses(EVENT + "data: " + error + "\n\n", EVENT + "data: " + masked + "\n\n", masked);
    }

    @Test
    void inAnArrayBecomesAnObject() {
        assertPasses(EVENT + "data: [" + ERROR + "]\n\n", EVENT + FRAMED, ERROR);
        assertPasses("data: [ " + ERROR + " ]\n\n", FRAMED, ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"args\":{\"error\":{\"code\":1}}}}]}}]}",
                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"{\\\"error\\\":{}}\"}]}}]}",
                "{\"name\":\"error\",\"x\":\"error\"}",
                "{\"id\":1,\"error\":null}",
                "{\"id\":1,\"error\" : null}",
                "{\"id\":1,\"errors\":{}}",
                "[[{\"error\":{}}]]",
                "{\"id\":1,\"error\"",
                "\"error\":{}",
            })
    void otherEventsPass(String data) {
        String events = "data: " + data + "\n\n" + EVENT + "data: " + data + "\n\n";
        assertPasses(events, events);
    }
}
