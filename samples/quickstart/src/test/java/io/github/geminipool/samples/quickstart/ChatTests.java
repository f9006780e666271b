package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Chats over HTTP. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "gemini.pool.keys=")
class ChatTests {

    private final String chat = "/chat/" + UUID.randomUUID();
    private Http http;

    @BeforeEach
    void http(@LocalServerPort int port) {
        http = new Http(port);
    }

    @Test
    void answersInPlainTextAndRemembersEarlierMessages() {
        HttpResponse<String> first = http.post(chat, "My name is Ada. Grüße! 🎉");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("content-type")).hasValue("text/plain;charset=UTF-8");
        assertThat(first.body()).contains("You wrote: \"My name is Ada. Grüße! 🎉\"");
        HttpResponse<String> second = http.post(chat, "What is my name?");
        assertThat(second.body())
                .contains("You wrote: \"What is my name?\"")
                .contains("Before that, you wrote: \"My name is Ada. Grüße! 🎉\".");
        assertThat(second.headers().firstValue("gemini-pool-key"))
                .hasValueSatisfying(key -> assertThat(key).isIn("north", "south", "limited"));
    }

    @Test
    void streamedMessagesBelongToTheSameConversation() {
        http.post(chat, "first");
        HttpResponse<String> streamed = http.post(chat + "/stream", "second");
        assertThat(streamed.statusCode()).isEqualTo(200);
        assertThat(streamed.headers().firstValue("content-type")).hasValue("text/event-stream");
        List<String> events = streamed.body()
                .lines()
                .filter(line -> line.startsWith("event:"))
                .toList();
        assertThat(events).hasSizeGreaterThan(2).endsWith("event:done");
        assertThat(events.subList(0, events.size() - 1)).containsOnly("event:text");
        assertThat(streamed.body()).containsPattern("data:\\{.*\"key\":\"(north|south|limited)\"");
        assertThat(http.post(chat, "third").body()).contains("Before that, you wrote: \"first\"; \"second\".");
    }

    /** The SDK's text() throws for such responses. */
    @Test
    void showsThePartialTextOfAnAnswerCutShort(@Autowired GeminiSimulator simulator) {
        simulator.fault(Fault.when().first(1).wire("200-finish-blocklist.json"));
        assertThat(http.post(chat, "first").body()).isEqualTo("(The answer has no text.)");
        simulator.fault(Fault.when()
                .first(1)
                .body(
                        200,
                        "text/event-stream",
                        "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"Once\"}]},"
                                + "\"finishReason\":\"SAFETY\"}]}\n\n"));
        assertThat(http.post(chat + "/stream", "second").body())
                .contains("Once")
                .contains("event:done");
    }

    @Test
    void conversationsAreSeparate() {
        http.post(chat, "first");
        assertThat(http.post(chat + "-other", "second").body()).doesNotContain("first");
    }

    @Test
    void conversationCanBeDeleted() {
        http.post(chat, "first");
        assertThat(http.delete(chat).statusCode()).isEqualTo(204);
        assertThat(http.delete(chat).statusCode()).isEqualTo(204);
        assertThat(http.post(chat, "second").body()).doesNotContain("first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%20b", "a.b", "%3Cb%3E", "ü"})
    void malformedIdsAreRejected(String id) {
        String encoded = id.equals("ü") ? "%C3%BC" : id;
        assertRejectsId(http.post("/chat/" + encoded, "Hi"));
        assertRejectsId(http.post("/chat/" + encoded + "/stream", "Hi"));
    }

    @Test
    void tooLongIdsAreRejected() {
        assertRejectsId(http.post("/chat/" + "x".repeat(65), "Hi"));
        assertThat(http.post("/chat/" + "x".repeat(64), "Hi").statusCode()).isEqualTo(200);
    }

    private static void assertRejectsId(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .isEqualTo("Please name the chat with 1 to 64 letters, digits, hyphens or underscores.");
    }

    @Test
    void blankAndTooLongPromptsAreRejected() {
        assertThat(http.post(chat, " ").statusCode()).isEqualTo(400);
        assertThat(http.post(chat, " ").body()).isEqualTo("Please write a prompt.");
        assertThat(http.post(chat + "/stream", "x".repeat(4_001)).statusCode()).isEqualTo(400);
        assertThat(http.post(chat, "ü".repeat(4_000)).statusCode()).isEqualTo(200);
    }
}
