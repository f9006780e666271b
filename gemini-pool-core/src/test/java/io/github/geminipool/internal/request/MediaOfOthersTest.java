package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Media in requests in the shape of OpenAI's API and in interactions. */
class MediaOfOthersTest {

    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

    private static long tokens(String path, String json) {
        Request request = new Request.Builder()
                .url("https://gemini.example/v1beta/" + path)
                .post(RequestBody.create(json, JSON))
                .build();
        return new OwnedResources().factsOf(request).promptTokens();
    }

    private static String base64(int size) {
        return Base64.getEncoder().encodeToString(new byte[size]);
    }

    /** Returns the tokens that a part adds to a request, compared with the same request without data. */
    private static long added(String path, String request, String part, int size) {
        String with = request.formatted(part.formatted(base64(size)));
        String without = request.formatted(part.formatted(""));
        return tokens(path, with) - (without.length() + 3) / 4;
    }

    private static long ofChat(String part, int size) {
        String chat = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":["
                + "{\"type\":\"text\",\"text\":\"What is this?\"},%s]}]}";
        return added("openai/chat/completions", chat, part, size);
    }

    private static long ofInteraction(String part, int size) {
        String interaction =
                "{\"model\":\"m\",\"input\":[{\"type\":\"text\",\"text\":\"What is this?\"},%s],\"store\":true}";
        return added("interactions", interaction, part, size);
    }

    @ParameterizedTest
    @CsvSource({
        "image/png, 300, 258",
        "image/png, 900000, 2322",
        "IMAGE/JPEG;charset=x, 100200, 516",
        "application/pdf, 150000, 774",
        "text/plain, 3000, 750",
        "'', 300, 258"
    })
    void anImageUrlMayHoldTheImage(String type, int size, long tokens) {
        String url = "\"data:" + type + ";base64,%s\"";
        assertThat(ofChat("{\"type\":\"image_url\",\"image_url\":{\"url\":" + url + "}}", size))
                .isEqualTo(tokens);
        assertThat(ofChat("{\"type\":\"image_url\",\"image_url\":{\"detail\":\"low\",\"url\":" + url + "}}", size))
                .isEqualTo(tokens);
        assertThat(ofChat("{\"type\":\"input_image\",\"image_url\":" + url + "}", size))
                .isEqualTo(tokens);
        assertThat(ofChat("{\"type\":\"file\",\"file\":{\"filename\":\"a\",\"file_data\":" + url + "}}", size))
                .isEqualTo(tokens);
    }

    @Test
    void anImageElsewhereIsAnImage() {
        assertThat(ofChat("{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a.example/%s\"}}", 0))
                .isEqualTo(258);
        assertThat(ofChat("{\"type\":\"input_image\",\"image_url\":\"https://a.example/%s\"}", 0))
                .isEqualTo(258);
    }

    @ParameterizedTest
    @CsvSource({"mp3, 48000, 96", "wav, 352800, 64", "pcm16, 352800, 64", "of next year, 300, 32"})
    void speechIsAudio(String format, int size, long tokens) {
        assertThat(ofChat(
                        "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"%s\",\"format\":\"" + format + "\"}}",
                        size))
                .isEqualTo(tokens);
        assertThat(ofChat(
                        "{\"type\":\"input_audio\",\"input_audio\":{\"format\":\"" + format + "\",\"data\":\"%s\"}}",
                        size))
                .isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource({
        "image, image/png, 900000, 2322",
        "audio, audio/wav, 352800, 64",
        "video, video/mp4, 750000, 789",
        "document, application/pdf, 150000, 774"
    })
    void anInteractionsMediaSayTheirType(String kind, String type, int size, long tokens) {
        String mime = "\"mime_type\":\"" + type + "\"";
        assertThat(ofInteraction("{\"type\":\"" + kind + "\",\"data\":\"%s\"," + mime + "}", size))
                .isEqualTo(tokens);
        assertThat(ofInteraction("{" + mime + ",\"type\":\"" + kind + "\",\"data\":\"%s\"}", size))
                .isEqualTo(tokens);
        assertThat(ofInteraction("{\"inline_data\":{\"data\":\"%s\"," + mime + "}}", size))
                .isEqualTo(tokens);
        assertThat(ofInteraction("{\"type\":\"" + kind + "\",\"uri\":\"https://a.example/%s\"," + mime + "}", 0))
                .isEqualTo(258);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"text\",\"text\":\"data:image/png;base64,%s\"}",
                "{\"type\":\"function_result\",\"result\":{\"url\":\"data:image/png;base64,%s\"}}",
                "{\"type\":\"function_result\",\"result\":{\"data\":\"%s\"},\"mime_type\":\"image/png\"}",
                "{\"type\":\"function_result\",\"result\":{\"data\":\"%s\",\"uri\":\"a\"}}",
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/svg+xml,%s\"}}",
                "{\"type\":\"image_url\",\"image_url\":{\"more\":{\"url\":\"data:image/png;base64,%s\"}}}"
            })
    void whatIsNoMediumIsText(String part) {
        assertThat(ofChat(part, 30_000)).isEqualTo(10_000);
        assertThat(ofInteraction(part, 30_000)).isEqualTo(10_000);
    }

    @Test
    void severalMediaAddUp() {
        String image = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,%1$s\"}}";
        String speech = "{\"input_audio\":{\"data\":\"%1$s\",\"format\":\"mp3\"}}";
        String flat = "{\"data\":\"%1$s\",\"mime_type\":\"video/mp4\"}";
        assertThat(ofChat(image + "," + speech + "," + flat + "," + image, 300)).isEqualTo(258 + 32 + 263 + 258);
    }
}
