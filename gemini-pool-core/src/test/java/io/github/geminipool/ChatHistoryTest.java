package io.github.geminipool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.types.Candidate;
import com.google.genai.types.Content;
import com.google.genai.types.FinishReason;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.Part;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contents that become part of a chat's history. */
class ChatHistoryTest {

    private static final Content EMPTY_PART = content("model", Part.builder().build());
    private static final Content NO_PARTS = content("model");
    private static final List<Content> MESSAGE = List.of(user("Hi"));

    private final ChatHistory before = ChatHistory.EMPTY.after(List.of(user("first")), answer("yes?"));

    @Test
    void messagesAreSentWithWhatWasSaidBefore() {
        assertThat(before.with(MESSAGE)).containsExactly(user("first"), model("yes?"), user("Hi"));
        assertThat(before.curated()).containsExactly(user("first"), model("yes?"));
        assertThat(before.comprehensive()).isEqualTo(before.curated());
    }

    @Test
    void allContentsOfAMessageAreKept() {
        List<Content> several = List.of(user("a"), model("b"), user("c"));
        assertThat(ChatHistory.EMPTY.after(several, answer("d")).curated())
                .containsExactly(user("a"), model("b"), user("c"), model("d"));
    }

    @Test
    void piecesOfAStreamAreKeptAsTheyCame() {
        ChatHistory after =
                before.after(MESSAGE, List.of(response("STOP", model("He")), response("STOP", model("llo"))));
        assertThat(after.curated())
                .containsExactly(user("first"), model("yes?"), user("Hi"), model("He"), model("llo"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"STOP", "MAX_TOKENS", "FINISH_REASON_UNSPECIFIED", "CONTINUATION"})
    void theseAreProperEnds(String reason) {
        assertThat(before.after(MESSAGE, List.of(response(reason, model("so")))).curated())
                .hasSize(4);
    }

    @ParameterizedTest
    @EnumSource(
            value = FinishReason.Known.class,
            mode = EnumSource.Mode.MATCH_NONE,
            names = "STOP|MAX_TOKENS|FINISH_REASON_UNSPECIFIED|CONTINUATION")
    void theOthersAreNot(FinishReason.Known reason) {
        ChatHistory after = before.after(MESSAGE, List.of(response(reason.name(), model("so"))));
        assertThat(after.curated()).isEqualTo(before.curated());
        assertThat(after.comprehensive()).endsWith(user("Hi"), model("so"));
    }

    @Test
    void anAnswerWithoutEndIsProper() {
        GenerateContentResponse response = GenerateContentResponse.builder()
                .candidates(Candidate.builder().content(model("so")).build())
                .build();
        assertThat(before.after(MESSAGE, List.of(response)).curated()).endsWith(model("so"));
    }

    @Test
    void onlyTheFirstCandidateCounts() {
        GenerateContentResponse response = GenerateContentResponse.builder()
                .candidates(
                        Candidate.builder().content(model("this")).build(),
                        Candidate.builder()
                                .content(model("that"))
                                .finishReason("SAFETY")
                                .build())
                .build();
        assertThat(before.after(MESSAGE, List.of(response)).comprehensive()).endsWith(user("Hi"), model("this"));
    }

    @Test
    void anEmptyPartSpoilsTheWholeMessage() {
        ChatHistory after = before.after(MESSAGE, List.of(response("STOP", model("so")), response("STOP", EMPTY_PART)));
        assertThat(after.curated()).isEqualTo(before.curated());
        assertThat(after.comprehensive()).endsWith(user("Hi"), model("so"), EMPTY_PART);
    }

    @Test
    void contentsWithoutPartsAreNotSentBack() {
        ChatHistory after = before.after(MESSAGE, List.of(response("STOP", model("so")), response("STOP", NO_PARTS)));
        assertThat(after.curated()).endsWith(user("Hi"), model("so"));
        assertThat(after.comprehensive()).endsWith(user("Hi"), model("so"), NO_PARTS);
    }

    @Test
    void aMessageWithoutAnAnswerIsNotSentAgain() {
        List<List<GenerateContentResponse>> answers = List.of(
                List.of(),
                List.of(GenerateContentResponse.builder().build()),
                List.of(GenerateContentResponse.builder().candidates(List.of()).build()),
                List.of(GenerateContentResponse.builder()
                        .candidates(Candidate.builder().finishReason("STOP").build())
                        .build()),
                List.of(response("STOP", NO_PARTS)));
        for (List<GenerateContentResponse> answer : answers) {
            ChatHistory after = before.after(MESSAGE, answer);
            assertThat(after.curated()).isEqualTo(before.curated());
            assertThat(after.comprehensive()).contains(user("Hi"));
        }
    }

    @Test
    void functionCallsAreToldByTheAnswer() {
        Content call = content("model", Part.fromFunctionCall("f", Map.of()));
        Content result = content("user", Part.fromFunctionResponse("f", Map.of("r", 1)));
        GenerateContentResponse response = response("STOP", model("so")).toBuilder()
                .automaticFunctionCallingHistory(user("first"), model("yes?"), user("Hi"), call, result)
                .build();
        ChatHistory after = before.after(MESSAGE, List.of(response));
        assertThat(after.curated())
                .containsExactly(user("first"), model("yes?"), user("Hi"), call, result, model("so"));
        assertThat(after.comprehensive()).isEqualTo(after.curated());
        // Gemini would reject every later message if a function result had no response or a call had no result.
        GenerateContentResponse blocked = response.toBuilder()
                .candidates(Candidate.builder().content(NO_PARTS).build())
                .build();
        assertThat(before.after(MESSAGE, List.of(blocked)).curated()).isEqualTo(before.curated());
    }

    @Test
    void everyContentHasARole() {
        Content nobodys = Content.builder().parts(Part.fromText("Hi")).build();
        assertThat(ChatHistory.message(List.of(nobodys, model("so")))).containsExactly(user("Hi"), model("so"));
        assertThat(before.after(MESSAGE, List.of(response("STOP", nobodys))).curated())
                .endsWith(model("Hi"));
    }

    @Test
    void messagesWithoutContentOrPartsAreRefused() {
        List<List<Content>> refused = List.of(
                List.of(),
                List.of(NO_PARTS),
                List.of(Content.builder().role("user").build()),
                List.of(user("Hi"), EMPTY_PART));
        for (List<Content> message : refused) {
            assertThatThrownBy(() -> ChatHistory.message(message)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Content user(String text) {
        return content("user", Part.fromText(text));
    }

    private static Content model(String text) {
        return content("model", Part.fromText(text));
    }

    private static Content content(String role, Part... parts) {
        return Content.builder().role(role).parts(parts).build();
    }

    private static List<GenerateContentResponse> answer(String text) {
        return List.of(response("STOP", model(text)));
    }

    private static GenerateContentResponse response(String finishReason, Content content) {
        return GenerateContentResponse.builder()
                .candidates(Candidate.builder()
                        .content(content)
                        .finishReason(finishReason)
                        .build())
                .build();
    }
}
