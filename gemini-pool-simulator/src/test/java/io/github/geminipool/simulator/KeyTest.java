package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys and their states. */
class KeyTest {
    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(
            b -> b.key("secret-1", k -> k.project("p1")).key("secret-2"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            INVALID    | 400 | API_KEY_INVALID         | API key not valid. Please pass a valid API key.
            EXPIRED    | 400 | API_KEY_INVALID         | API key expired. Please renew the API key.
            LEAKED     | 403 |                         | Your API key was reported as leaked. Please use another API key.
            SUSPENDED  | 403 | CONSUMER_SUSPENDED      | Permission denied: Consumer 'api_key:secret-1' has been suspended.
            RESTRICTED | 403 | API_KEY_SERVICE_BLOCKED | Requests to this API generativelanguage.googleapis.com method google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent are blocked.
            """)
    void rejectsAsGoogleDoes(KeyState state, int status, String reason, String message, GeminiSimulator simulator)
            throws Exception {
        Raw raw = new Raw(simulator);
        assertThat(raw.generate("secret-1", "m").statusCode()).isEqualTo(200);
        simulator.keyState("secret-1", state);
        assertThat(simulator.keyState("secret-1")).isEqualTo(state);
        HttpResponse<String> refused = raw.generate("secret-1", "m");
        assertThat(refused.statusCode()).isEqualTo(status);
        JsonNode error = Raw.json(refused).path("error");
        assertThat(error.path("message").asText()).isEqualTo(message);
        assertThat(error.path("details").path(0).path("reason").asText()).isEqualTo(reason == null ? "" : reason);
        simulator.keyState("secret-1", KeyState.VALID);
        assertThat(raw.generate("secret-1", "m").statusCode()).isEqualTo(200);
        assertThat(simulator.requests()).extracting(RequestRecord::status).containsExactly(200, status, 200);
    }

    @Test
    void unknownKeysAreInvalidAndLogged(GeminiSimulator simulator) throws Exception {
        HttpResponse<String> refused = new Raw(simulator).generate("nobody's", "m");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("API_KEY_INVALID");
        assertThat(simulator.requests())
                .singleElement()
                .satisfies(record -> assertThat(record.key()).isEqualTo("nobody's"))
                .satisfies(record -> assertThat(record.project()).isEmpty());
    }

    @Test
    void requestWithoutKeyIsUnregistered(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        HttpResponse<String> refused = raw.send(
                java.net.http.HttpRequest.newBuilder(java.net.URI.create(simulator.baseUrl() + "/v1beta/models"))
                        .build());
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("unregistered callers");
    }

    @Test
    void acceptsTheKeyInTheQuery(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        HttpResponse<String> models = raw.send(java.net.http.HttpRequest.newBuilder(
                        java.net.URI.create(simulator.baseUrl() + "/v1beta/models?key=secret-1&pageSize=2"))
                .build());
        assertThat(models.statusCode()).isEqualTo(200);
        RequestRecord record = simulator.requests().get(0);
        assertThat(record.key()).isEqualTo("secret-1");
        assertThat(record.path()).isEqualTo("/v1beta/models?key=***&pageSize=2");
        assertThat(record.headers()).doesNotContainKey("x-goog-api-key").containsKey("host");
    }

    @Test
    void canBeAddedAndRemoved(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        simulator.addKey("new", k -> k.project("p9"));
        assertThat(raw.generate("new", "m").statusCode()).isEqualTo(200);
        assertThat(simulator.requests().get(0).project()).isEqualTo("p9");
        assertThat(simulator.removeKey("new")).isTrue();
        assertThat(raw.generate("new", "m").statusCode()).isEqualTo(400);
        assertThat(simulator.requestsByKey()).containsEntry("new", 2L);
    }

    @Test
    void haveTheirOwnProjectsByDefault(GeminiSimulator simulator) throws IOException, InterruptedException {
        new Raw(simulator).generate("secret-2", "m");
        assertThat(simulator.requests().get(0).project()).isEqualTo("project of Key #2");
    }
}
