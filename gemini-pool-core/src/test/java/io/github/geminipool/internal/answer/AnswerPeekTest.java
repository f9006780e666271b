package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.key.Secret;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import okhttp3.Request;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerPeekTest {

    /** A text in pieces of one size, followed by its end, an exception, or an endless wait. */
    private static final class Pieces implements Source {

        enum Then {
            END,
            CUT,
            MUST_NOT_BE_READ
        }

        private final Buffer left = new Buffer();
        private final int size;
        private final Then then;

        Pieces(String text, int size, Then then) {
            left.writeUtf8(text);
            this.size = size;
            this.then = then;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            if (left.exhausted()) {
                return switch (then) {
                    case END -> -1;
                    case CUT -> throw new EOFException("cut");
                    case MUST_NOT_BE_READ -> throw new AssertionError("read where the network would have blocked");
                };
            }
            long count = Math.min(size, left.size());
            sink.write(left, count);
            return count;
        }

        @Override
        public Timeout timeout() {
            return Timeout.NONE;
        }

        @Override
        public void close() {}
    }

    private static final int[] SIZES = {1, 2, 3, 7, 64, 8_192};
    private static final String WITH_PARTS = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"A\"}]}}]}";

    private static String finished(String reason) {
        return "{\"candidates\":[{\"content\":{\"role\":\"model\"},\"finishReason\":\"" + reason + "\"}]}";
    }

    private static String wire(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(AnswerPeekTest.class.getResourceAsStream("/wire/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Nested
    class Whole {

        /** Returns the verdict, which does not depend on the pieces of the body and consumes nothing of it. */
        private static @Nullable EmptyResponse verdict(String body) throws IOException {
            EmptyResponse verdict = null;
            for (int size : SIZES) {
                BufferedSource in = Okio.buffer((Source) new Pieces(body, size, Pieces.Then.END));
                EmptyResponse each = AnswerPeek.ofWhole(in, true);
                assertThat(in.readUtf8()).isEqualTo(body);
                assertThat(size == SIZES[0] || each == verdict)
                        .as("verdict on pieces of " + size)
                        .isTrue();
                verdict = each;
            }
            return verdict;
        }

        @ParameterizedTest
        @CsvSource({
            "200-stop-without-parts.json, NO_PARTS",
            "200-prompt-blocked.json, PROMPT_BLOCKED",
            "200-finish-blocklist.json, ANSWER_BLOCKED"
        })
        void recordedOnesAreRecognized(String file, EmptyResponse kind) throws IOException {
            assertThat(verdict(wire(file))).isEqualTo(kind);
        }

        @ParameterizedTest
        @CsvSource({
            "STOP, NO_PARTS",
            "FINISH_REASON_UNSPECIFIED, NO_PARTS",
            "MAX_TOKENS, MAX_TOKENS",
            "SAFETY, ANSWER_BLOCKED",
            "RECITATION, ANSWER_BLOCKED",
            "LANGUAGE, ANSWER_BLOCKED",
            "BLOCKLIST, ANSWER_BLOCKED",
            "PROHIBITED_CONTENT, ANSWER_BLOCKED",
            "SPII, ANSWER_BLOCKED",
            "IMAGE_SAFETY, ANSWER_BLOCKED",
            "IMAGE_PROHIBITED_CONTENT, ANSWER_BLOCKED",
            "IMAGE_RECITATION, ANSWER_BLOCKED",
            "MISSING_THOUGHT_SIGNATURE, ANSWER_BLOCKED",
            "MODEL_ARMOR, ANSWER_BLOCKED",
            "PUP_LIMITED_DISABLED, ANSWER_BLOCKED",
            "MALFORMED_FUNCTION_CALL, MALFORMED_FUNCTION_CALL",
            "UNEXPECTED_TOOL_CALL, MALFORMED_FUNCTION_CALL",
            "TOO_MANY_TOOL_CALLS, MALFORMED_FUNCTION_CALL",
            "OTHER, OTHER",
            "NO_IMAGE, OTHER",
            "IMAGE_OTHER, OTHER",
            "OF_NEXT_YEAR, OTHER"
        })
        void finishReasonsHaveTheirKind(String reason, EmptyResponse kind) throws IOException {
            assertThat(verdict(finished(reason))).isEqualTo(kind);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "[]",
                    "{\"candidates\":[]}",
                    "{\"candidates\":[{}]}",
                    "{\"candidates\":[{\"content\":{\"parts\":[]}}]}",
                    "{\"candidates\":[{\"content\":{\"parts\" : [ ]},\"finishReason\":\"STOP\"}]}",
                    "{\"usageMetadata\":{\"promptTokenCount\":1}}",
                    "[{\"usageMetadata\":{}},\n{\"candidates\":[{\"finishReason\":\"STOP\"}]}]"
                })
        void withoutPartsAndReasonIsNoParts(String body) throws IOException {
            assertThat(verdict(body)).isEqualTo(EmptyResponse.NO_PARTS);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "\r\n"})
        void anEmptyBodyIsNoBody(String body) throws IOException {
            assertThat(verdict(body)).isEqualTo(EmptyResponse.NO_BODY);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    WITH_PARTS,
                    "{\"candidates\":[{\"content\":{\"parts\" \t:\r\n [\n   {}]},\"finishReason\":\"STOP\"}]}",
                    "{\"candidates\":[{\"finishReason\":\"SAFETY\"},{\"content\":{\"parts\":[{\"text\":\"B\"}]}}]}",
                    "{\"candidates\":[{\"content\":{\"parts\":[]}},{\"content\":{\"parts\":[{\"text\":\"B\"}]}}]}",
                    "[{\"usageMetadata\":{}},{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"B\"}]}}]}]"
                })
        void withPartsIsNotEmpty(String body) throws IOException {
            assertThat(verdict(body)).isNull();
        }

        @Test
        void partsInATextAreIgnored() throws IOException {
            String quoted = "{\"candidates\":[{\"finishMessage\":\"Write \\\"parts\\\":[{ or \\\"parts\\\" : [1]\","
                    + "\"finishReason\":\"MALFORMED_FUNCTION_CALL\",\"x\":\"parts\",\"y\":[\"parts\",1]}]}";
            assertThat(verdict(quoted)).isEqualTo(EmptyResponse.MALFORMED_FUNCTION_CALL);
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"candidates\":[{\"finishReason\":\"STOP\"", "<html>", "null", "7"})
        void anythingElseIsNotJudged(String body) throws IOException {
            assertThat(verdict(body)).isNull();
        }

        @Test
        void aBodyThatIsNotJsonIsOnlyCheckedForPresence() throws IOException {
            assertThat(AnswerPeek.ofWhole(new Buffer().writeUtf8(finished("STOP")), false))
                    .isNull();
            assertThat(AnswerPeek.ofWhole(new Buffer(), false)).isEqualTo(EmptyResponse.NO_BODY);
        }

        @Test
        void readsNoFurtherThanTheFirstPart() throws IOException {
            String begin = WITH_PARTS.substring(0, WITH_PARTS.indexOf("A\"") + 1);
            BufferedSource in = Okio.buffer((Source) new Pieces(begin, 5, Pieces.Then.MUST_NOT_BE_READ));
            assertThat(AnswerPeek.ofWhole(in, true)).isNull();
        }

        @Test
        void aLongBodyIsNotJudgedAndReadNoFurther() throws IOException {
            String blanks = " ".repeat((int) AnswerPeek.LIMIT - 2);
            assertThat(verdict("{" + blanks + "}")).isEqualTo(EmptyResponse.NO_PARTS);
            BufferedSource in =
                    Okio.buffer((Source) new Pieces("{" + blanks + "  ", 8_192, Pieces.Then.MUST_NOT_BE_READ));
            assertThat(AnswerPeek.ofWhole(in, true)).isNull();
        }
    }

    @Nested
    class Streamed {

        /** Its SDK reads one event of a stream ahead. */
        private static final Request OF_AN_OLD_SDK = new Request.Builder()
                .url("https://host.example/")
                .header("User-Agent", "google-genai-sdk/1.76.0")
                .build();

        private static EventStream stream(String text, int size, Pieces.Then then) {
            return EventStream.ofModel(
                    OF_AN_OLD_SDK,
                    new Pieces(text, size, then),
                    new Masking(List.of(Secret.of("AIza-the-secret"))),
                    error -> {},
                    cut -> {},
                    () -> true,
                    false);
        }

        private static String event(String json) {
            return "data: " + json + "\r\n\r\n";
        }

        /** Returns the verdicts on a stream before its first event passes and at its end; nothing of it is lost. */
        private static List<String> verdicts(String text) throws IOException {
            List<String> verdicts = List.of();
            for (int size : SIZES) {
                EventStream stream = stream(text, size, Pieces.Then.END);
                assertThat(stream.firstError()).isNull();
                String atFirst = String.valueOf(stream.empty());
                Buffer all = new Buffer();
                all.writeAll(stream);
                assertThat(all.readUtf8()).isEqualTo(text);
                List<String> each = List.of(atFirst, String.valueOf(stream.empty()));
                assertThat(verdicts).isIn(List.of(), each);
                verdicts = each;
            }
            return verdicts;
        }

        private static final String USAGE = event("{\"usageMetadata\":{\"promptTokenCount\":1}}");

        @ParameterizedTest
        @CsvSource({
            "STOP, NO_PARTS",
            "MALFORMED_FUNCTION_CALL, MALFORMED_FUNCTION_CALL",
            "SAFETY, ANSWER_BLOCKED",
            "MAX_TOKENS, MAX_TOKENS"
        })
        void isJudgedByTheFirstEventIfItIsTheLast(String reason, String kind) throws IOException {
            assertThat(verdicts(event(finished(reason)))).containsExactly(kind, kind);
        }

        @Test
        void aBlockedPromptIsRecognized() throws IOException {
            String blocked = wire("200-prompt-blocked.json").replaceAll("\\s*\\R\\s*", "");
            assertThat(verdicts(event(blocked))).containsExactly("PROMPT_BLOCKED", "PROMPT_BLOCKED");
        }

        @Test
        void withoutAnEventIsNoBody() throws IOException {
            for (String text : List.of("", "\r\n", ": a comment\n\n")) {
                assertThat(verdicts(text)).containsExactly("NO_BODY", "NO_BODY");
            }
            assertThat(verdicts("data:\n\n")).containsExactly("null", "NO_BODY");
        }

        @Test
        void eventsWithoutPartsMayPrecede() throws IOException {
            String full = event(WITH_PARTS);
            assertThat(verdicts(USAGE + full + event(finished("STOP")))).containsExactly("null", "null");
            assertThat(verdicts(full + event(finished("SAFETY")))).containsExactly("null", "null");
        }

        @Test
        void withoutPartsIsKnownAtTheEnd() throws IOException {
            assertThat(verdicts(USAGE + USAGE + event(finished("STOP")))).containsExactly("null", "NO_PARTS");
            assertThat(verdicts(USAGE + event(finished("SAFETY")))).containsExactly("null", "ANSWER_BLOCKED");
            assertThat(verdicts(USAGE + USAGE)).containsExactly("null", "NO_PARTS");
        }

        @Test
        void anythingElseIsNotJudged() throws IOException {
            String tooLong = event("{\"x\":\"" + "x".repeat((int) AnswerPeek.LIMIT) + "\"}");
            assertThat(verdicts(tooLong)).containsExactly("null", "null");
        }

        @Test
        void anEmptyTextIsNoPart() throws IOException {
            String empty =
                    "{\"candidates\":[{\"content\":{\"parts\" : [ {\"text\": \"\"} ]},\"finishReason\":\"STOP\"}]}";
            assertThat(verdicts(event(empty))).containsExactly("NO_PARTS", "NO_PARTS");
            assertThat(verdicts(event(empty) + event(WITH_PARTS))).containsExactly("NO_PARTS", "NO_PARTS");
            String withoutReason = empty.replace(",\"finishReason\":\"STOP\"", "");
            assertThat(verdicts(event(withoutReason) + event(WITH_PARTS))).containsExactly("null", "null");
            assertThat(verdicts(event(empty.replace("\"\"}", "\"\",\"thought\":false}"))))
                    .as("not looked at closely")
                    .containsExactly("null", "null");
        }

        @Test
        void aResponseThatIsContinuedIsNotEmpty() throws IOException {
            String hop = "{\"candidates\":[{\"finishReason\":\"CONTINUATION\",\"continuationToken\":\"YWJj\"}]}";
            assertThat(verdicts(event(hop) + event(WITH_PARTS))).containsExactly("null", "null");
        }

        @Test
        void bareResponsesAreJudgedToo() throws IOException {
            EventStream empty = stream(finished("STOP"), 5, Pieces.Then.END);
            assertThat(empty.firstError()).isNull();
            assertThat(empty.empty()).isEqualTo(EmptyResponse.NO_PARTS);
            EventStream full = stream("{\"usageMetadata\":{}}" + WITH_PARTS, 5, Pieces.Then.END);
            new Buffer().writeAll(full);
            assertThat(full.empty()).isNull();
        }

        @Test
        void anEventPassesAsSoonAsItsLineIsWhole() throws IOException {
            String begin = event(WITH_PARTS).strip() + "\n";
            EventStream stream = stream(begin, 5, Pieces.Then.MUST_NOT_BE_READ);
            assertThat(stream.firstError()).isNull();
            Buffer read = new Buffer();
            while (read.size() < begin.length()) {
                assertThat(stream.read(read, 8_192)).isPositive();
            }
            assertThat(read.readUtf8()).isEqualTo(begin);
        }

        @Test
        void anEventWithoutPartsPassesAsSoonAsItsLineIsWhole() throws IOException {
            String line = USAGE.strip() + "\r\n";
            EventStream stream = stream(line, 5, Pieces.Then.MUST_NOT_BE_READ);
            assertThat(stream.firstError()).isNull();
            Buffer read = new Buffer();
            while (read.size() < line.length()) {
                assertThat(stream.read(read, 8_192)).isPositive();
            }
            assertThat(read.readUtf8()).isEqualTo(line);
        }

        @Test
        void aLineThatIsTruncatedDuringTheLookaheadIsNotLost() throws IOException {
            String cut = USAGE + USAGE.substring(0, 20);
            EventStream stream = stream(cut, 5, Pieces.Then.CUT);
            assertThat(stream.firstError()).isNull();
            Buffer read = new Buffer();
            IOException thrown = null;
            while (thrown == null) {
                try {
                    assertThat(stream.read(read, 8_192)).isPositive();
                } catch (IOException e) {
                    thrown = e;
                }
            }
            assertThat(read.readUtf8()).startsWith(cut);
            assertThat(stream.empty()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "models/m:generateContent, true",
        "models/m:streamGenerateContent?alt=sse, true",
        "tunedModels/t:generateContent, true",
        "models/m:predict, false",
        "models/m:generateAnswer, false",
        "models/m:countTokens, false",
        "models, false"
    })
    void onlyResponsesToPromptsMustHaveParts(String path, boolean mustHaveParts) {
        Request request =
                new Request.Builder().url("http://localhost/v1beta/" + path).build();
        assertThat(AnswerPeek.asksForParts(request)).isEqualTo(mustHaveParts);
    }
}
