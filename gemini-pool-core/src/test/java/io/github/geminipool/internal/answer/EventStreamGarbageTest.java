package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams with anything that is neither an event nor an error. */
class EventStreamGarbageTest extends EventStreamFixture {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[",
                "{\"candidates\": [{\"content\"",
                "{garbage",
                "dat",
                "null",
                "[1, 2]",
                "[DONE]",
                "{\"error\": {\"code\": 500",
                "<html><body>Sorry...</body></html>\n",
                "Sorry...\nWe're sorry but your computer or network may be sending automated queries.",
                "\"text\"junk",
                "upstream connect error or disconnect/reset before headers\n",
                "error code: 524",
                "internal error",
                "\u0000\u0001\u0002"
            })
    void garbageNeverEndsTheStreamSilently(String garbage) {
        for (String before : List.of("", EVENT)) {
            cuts(before + garbage).forEach(pieces -> {
                reported.clear();
                String out = readAll(stream(new Pieces(pieces, false)));

                assertThat(out).startsWith(before);
                assertThat(out.substring(before.length()))
                        .isEqualTo("data: " + (reported.isEmpty() ? "nothing" : reported.get(0)) + "\n\n");
                assertThat(reported).hasSize(1);
                assertThat(codeOf(reported.get(0))).isEqualTo(500);
            });
        }
    }

    @Test
    void garbageAfterABareEventIsReported() {
        cuts("{\"a\":1}\n{garbage").forEach(pieces -> {
            reported.clear();
            assertThat(readAll(stream(new Pieces(pieces, false)))).startsWith("data: {\"a\":1}\n\ndata: {\"error\":");
            assertThat(reported).hasSize(1);
        });
    }

    @Test
    void garbageOfAnySizeIsTruncated() {
        String error = "{\"error\":{\"code\":503,\"message\":\"" + "x".repeat(200_000) + "\"}}";
        for (String text : List.of(error, EVENT + error, "[" + error, "{".repeat(100_000))) {
            reported.clear();
            String out = readAll(stream(new Pieces(chunks(ByteString.encodeUtf8(text), 8_192), false)));
            assertThat(out).hasSizeLessThan(2_000);
            assertThat(reported).hasSize(1);
            assertThat(codeOf(reported.get(0))).isEqualTo(500);
        }
    }

    @Test
    void randomInputNeitherThrowsNorHangs() {
        List<String> parts =
                List.of(EVENT, ERROR, PRETTY, FRAMED, "data:", "{", "}", "[", "]", "\n", "\r\n", "\"", ":", " ");
        for (int seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < random.nextInt(12); i++) {
                String part = parts.get(random.nextInt(parts.size()));
                text.append(random.nextBoolean() ? part : part.substring(random.nextInt(part.length())));
            }
            EventStream stream =
                    stream(new Pieces(chunks(ByteString.encodeUtf8(text.toString()), 1 + random.nextInt(50)), false));
            try {
                readAll(stream);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static int codeOf(String json) {
        try {
            JsonNode error = JsonMapper.builder().build().readTree(json);
            return error.path("error").path("code").asInt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
