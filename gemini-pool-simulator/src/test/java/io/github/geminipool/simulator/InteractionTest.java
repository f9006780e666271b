package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.google.genai.gaos.models.interactions.CreateModelInteraction;
import com.google.genai.gaos.models.interactions.Interaction;
import com.google.genai.gaos.models.interactions.InteractionsInput;
import com.google.genai.gaos.models.interactions.Model;
import com.google.genai.gaos.models.interactions.StepDelta;
import com.google.genai.gaos.models.interactions.TextDelta;
import com.google.genai.gaos.models.operations.CreateInteractionRequestBody;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Interactions API. */
@Timeout(30)
class InteractionTest {
    private static final String PATH = "/v1beta/interactions";
    private static final String HELLO = "{\"model\":\"m\",\"input\":\"Hello\"}";

    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION =
            GeminiSimulatorExtension.with(b -> b.key("k1", k -> k.project("p1"))
                    .key("k1b", k -> k.project("p1"))
                    .key("k2", k -> k.project("p2"))
                    .key("bad", k -> k.state(KeyState.INVALID))
                    .longDecode(LongDecode.of("long", 3).emptyHops(2)));

    private static String with(String more) {
        return HELLO.replaceFirst("}$", "," + more + "}");
    }

    private static JsonNode create(GeminiSimulator simulator, String key, String body) throws Exception {
        HttpResponse<String> response = new Raw(simulator).post(PATH, key, body);
        assertThat(response.statusCode()).isEqualTo(200);
        return Raw.json(response);
    }

    private static String text(JsonNode interaction) {
        return interaction.at("/steps/0/content/0/text").asText();
    }

    @Test
    void answersAndIsStored(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        JsonNode made = create(simulator, "k1", HELLO);
        assertThat(made.path("status").asText()).isEqualTo("completed");
        assertThat(text(made)).contains("You wrote: \"Hello\"");
        assertThat(made.at("/usage/total_input_tokens").asLong()).isEqualTo(2);
        String id = made.path("id").asText();
        assertThat(Raw.json(raw.get(PATH + "/" + id, "k1b"))).isEqualTo(made);
        assertThat(raw.get(PATH + "/" + id, "k2").statusCode()).isEqualTo(404);
        assertThat(raw.delete(PATH + "/" + id, "k2").statusCode()).isEqualTo(404);
        assertThat(raw.delete(PATH + "/" + id, "k1").statusCode()).isEqualTo(200);
        assertThat(raw.get(PATH + "/" + id, "k1").body()).contains("\"not_found\"");
        assertThat(simulator.requests().get(0).operation()).isEqualTo(Operation.INTERACTIONS_CREATE);
        assertThat(simulator.requests().get(0).model()).isEqualTo("m");
        assertThat(simulator.requests().get(0).uses()).containsExactly(Use.INTERACTIONS);
        String unstored =
                create(simulator, "k1", with("\"store\":false")).path("id").asText();
        assertThat(raw.get(PATH + "/" + unstored, "k1").statusCode()).isEqualTo(404);
    }

    @Test
    void goesOnWithThePreviousOneOfItsProject(GeminiSimulator simulator) throws Exception {
        String first = create(simulator, "k1", HELLO).path("id").asText();
        String next = with("\"previous_interaction_id\":\"" + first + "\"").replace("Hello", "And now?");
        JsonNode second = create(simulator, "k1b", next);
        assertThat(text(second)).contains("You wrote: \"And now?\"", "Before that, you wrote: \"Hello\"");
        assertThat(second.path("previous_interaction_id").asText()).isEqualTo(first);
        HttpResponse<String> foreign = new Raw(simulator).post(PATH, "k2", next);
        assertThat(foreign.statusCode()).isEqualTo(404);
        assertThat(Raw.json(foreign).at("/error/code").asText()).isEqualTo("not_found");
    }

    @Test
    void streamsEvents(GeminiSimulator simulator) throws Exception {
        HttpResponse<String> response = new Raw(simulator).post(PATH, "k1", with("\"stream\":true"));
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        String[] events = response.body().strip().split("\n\n", -1);
        assertThat(events[events.length - 1]).isEqualTo("data: [DONE]");
        List<String> types = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        JsonNode last = MissingNode.getInstance();
        for (int i = 0; i < events.length - 1; i++) {
            last = new ObjectMapper().readTree(events[i].substring("data: ".length()));
            types.add(last.path("event_type").asText());
            text.append(last.at("/delta/text").asText());
        }
        assertThat(types)
                .startsWith("interaction.created", "step.start", "step.delta")
                .endsWith("step.delta", "step.stop", "interaction.completed");
        assertThat(text.toString()).isEqualTo(text(create(simulator, "k1", HELLO)));
        String id = last.at("/interaction/id").asText();
        assertThat(text(Raw.json(new Raw(simulator).get(PATH + "/" + id, "k1"))))
                .isEqualTo(text.toString());
        simulator.fault(Fault.when().cutStreamAfter(2));
        assertThatThrownBy(() -> new Raw(simulator).post(PATH, "k1", with("\"stream\":true")))
                .isInstanceOf(java.io.IOException.class);
    }

    @Test
    void runsInTheBackgroundAndCanBeCancelled(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        JsonNode made = create(simulator, "k1", with("\"background\":true"));
        assertThat(made.path("status").asText()).isEqualTo("in_progress");
        String path = PATH + "/" + made.path("id").asText();
        assertThat(Raw.json(raw.get(path, "k1")).path("status").asText()).isEqualTo("in_progress");
        JsonNode done = Raw.json(raw.get(path, "k1"));
        assertThat(done.path("status").asText()).isEqualTo("completed");
        assertThat(text(done)).contains("Hello");
        assertThat(raw.post(path + "/cancel", "k1", "{}").body()).contains("completed");

        String other = PATH + "/"
                + create(simulator, "k1", with("\"background\":true"))
                        .path("id")
                        .asText();
        assertThat(raw.post(other + "/cancel", "k2", "{}").statusCode()).isEqualTo(404);
        assertThat(raw.post(other + "/cancel", "k1", "{}").body()).contains("cancelled");
        raw.get(other, "k1");
        assertThat(raw.get(other, "k1").body()).contains("cancelled");
        assertThat(raw.post(PATH, "k1", with("\"background\":true,\"store\":false"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void takesTheModelsQuota(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        simulator.addQuota(Quota.requestsPerMinute(1).model("m"));
        simulator.addQuota(Quota.requestsPerDay(2).project("p2"));
        String id = create(simulator, "k1", HELLO).path("id").asText();
        assertThat(raw.get(PATH + "/" + id, "k1").statusCode()).isEqualTo(200);
        assertThat(code(raw.post(PATH, "k1", HELLO))).isEqualTo("429 rate_limit_exceeded");
        String other = HELLO.replace("\"m\"", "\"other\"");
        assertThat(raw.post(PATH, "k1", other).statusCode()).isEqualTo(200);
        raw.post(PATH, "k2", other);
        raw.post(PATH, "k2", other);
        assertThat(code(raw.post(PATH, "k2", other))).isEqualTo("429 quota_exceeded");
        assertThat(raw.generate("k1", "m").statusCode()).isEqualTo(429);
    }

    private static String code(HttpResponse<String> response) throws Exception {
        return response.statusCode() + " "
                + Raw.json(response).at("/error/code").asText();
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request",
        "401, authentication",
        "402, payment_required",
        "403, permission_denied",
        "404, model_not_found",
        "429, too_many_requests",
        "499, cancelled",
        "500, api_error",
        "503, service_unavailable",
        "504, deadline_exceeded",
    })
    void errorsHaveWords(int status, String word, GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().use(Use.INTERACTIONS).respond(status));
        HttpResponse<String> response = new Raw(simulator).post(PATH, "k1", HELLO);
        assertThat(code(response)).isEqualTo(status + " " + word);
        assertThat(Raw.json(response).at("/error/message").asText()).isNotEmpty();
        assertThat(new Raw(simulator).generate("k1", "m").statusCode()).isEqualTo(200);
    }

    @Test
    void otherErrorsAreAsGoogles(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        JsonNode bad = Raw.json(raw.post(PATH, "bad", HELLO));
        assertThat(bad.at("/0/error/details/0/reason").asText()).isEqualTo("API_KEY_INVALID");
        assertThat(code(raw.post(PATH, "k1", "{\"input\":\"Hello\"}"))).isEqualTo("400 invalid_request");
        assertThat(code(raw.post(PATH, "k1", "{\"model\":\"m\"}"))).isEqualTo("400 invalid_request");
        assertThat(code(raw.post("/v1/interactions", "k1", HELLO.replace("\"m\"", "\"x-latest\""))))
                .isEqualTo("404 model_not_found");
        assertThat(raw.post("/v1/interactions", "k1", HELLO).statusCode()).isEqualTo(200);
        assertThat(raw.get(PATH, "k1").statusCode()).isEqualTo(404);
        HttpResponse<String> twice = raw.get(PATH + "/x?key=k1", "k1");
        assertThat(code(twice)).isEqualTo("400 invalid_request");
        assertThat(twice.body()).contains("Multiple authentication credentials received. Please pass only one.");
        simulator.fault(Fault.when().wire("interactions-400-invalid-request.json"));
        assertThat(code(raw.post(PATH, "k1", HELLO))).isEqualTo("400 invalid_request");
    }

    @Test
    void longAnswersGoOnWithTheToken(GeminiSimulator simulator) throws Exception {
        String model = HELLO.replace("\"m\"", "\"long\"");
        JsonNode first = create(simulator, "k1", model);
        assertThat(first.path("status").asText()).isEqualTo("requires_continuation");
        String token = first.path("continuation_token").asText();
        String next = "{\"model\":\"long\",\"continuation_token\":\"" + token + "\",\"previous_interaction_id\":\""
                + first.path("id").asText() + "\"}";
        JsonNode second = create(simulator, "k1b", next);
        assertThat(second.at("/steps/0/content")).isEmpty();
        assertThat(second.path("status").asText()).isEqualTo("requires_continuation");
        assertThat(second.at("/usage/total_input_tokens").asLong())
                .isGreaterThan(first.at("/usage/total_input_tokens").asLong());
        JsonNode third = create(
                simulator,
                "k1",
                next.replace(token, second.path("continuation_token").asText())
                        .replace(first.path("id").asText(), second.path("id").asText()));
        assertThat(third.path("status").asText()).isEqualTo("completed");
        assertThat(text(first) + text(third))
                .isEqualTo(text(create(simulator, "k1", HELLO)).replace("of m.", "of long."));
        String foreign = model.replaceFirst("}$", ",\"continuation_token\":\"" + token + "\"}");
        assertThat(new Raw(simulator).post(PATH, "k2", foreign).statusCode()).isEqualTo(400);
        assertThat(create(simulator, "k1", foreign).path("status").asText()).isEqualTo("requires_continuation");
        JsonNode background = create(simulator, "k1", model.replaceFirst("}$", ",\"background\":true}"));
        String path = PATH + "/" + background.path("id").asText();
        new Raw(simulator).get(path, "k1");
        assertThat(Raw.json(new Raw(simulator).get(path, "k1")).path("status").asText())
                .isEqualTo("completed");
    }

    @Test
    void theSdkJoinsTheHops(GeminiSimulator simulator) {
        for (boolean stored : new boolean[] {true, false}) {
            simulator.resetLog();
            Interaction joined = Sdk.client(simulator, "k1")
                    .interactions
                    .create(CreateInteractionRequestBody.of(CreateModelInteraction.builder()
                            .model(Model.of("long"))
                            .input(InteractionsInput.of("Hello"))
                            .store(stored)
                            .build()))
                    .interaction()
                    .orElseThrow();
            assertThat(joined.status().orElseThrow().value()).isEqualTo("completed");
            assertThat(joined.toString()).contains("You wrote").contains("more to say about it");
            assertThat(simulator.requests()).extracting(RequestRecord::hop).containsExactly(1, 2, 3);
        }
    }

    @Test
    void theSdkStreamsTheHops(GeminiSimulator simulator) throws Exception {
        StringBuilder text = new StringBuilder();
        try (var events = Sdk.client(simulator, "k1")
                .interactions
                .create(CreateInteractionRequestBody.of(
                        CreateModelInteraction.builder()
                                .model(Model.of("long"))
                                .input(InteractionsInput.of("Hello"))
                                .stream(true)
                                .build()))
                .events()) {
            for (var event : events) {
                if (event.data().orElse(null) instanceof StepDelta step
                        && step.delta().orElse(null) instanceof TextDelta delta) {
                    text.append(delta.text().orElse(""));
                }
            }
        }
        assertThat(text.toString())
                .isEqualTo(text(create(simulator, "k1", HELLO)).replace("of m.", "of long."));
        assertThat(simulator.requests()).extracting(RequestRecord::hop).startsWith(1, 2, 3);
    }
}
