package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What gateways put before a body: a byte order mark and blanks. */
class ByteOrderMarkTest {

    private static final Masking NOTHING = new Masking(List.of());
    private static final String ERROR = "{\"error\":{\"code\":503,\"message\":\"Busy\",\"status\":\"UNAVAILABLE\"}}";

    private static Response response(String body) {
        return new Response.Builder()
                .request(new Request.Builder()
                        .url("https://gemini.example/v1beta/models/m:generateContent")
                        .build())
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .body(ResponseBody.create(body, MediaType.get("application/json")))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "[%s]", "\ufeff%s", "\ufeff[%s]", "\ufeff \r\n\t[ \n%s ]", " \n[\n%s,\n{}]\n"})
    void anErrorOfStatus200IsFound(String shape) throws IOException {
        Response response = response(shape.formatted(ERROR));
        BufferedSource body = Objects.requireNonNull(response.body()).source();
        assertThat(ErrorInAnswer.find(response, body, NOTHING)).contains("UNAVAILABLE");
        assertThat(body.readUtf8()).as("nothing is consumed").isEqualTo(shape.formatted(ERROR));
    }

    @Test
    void eventsPassWithoutIt() throws IOException {
        List<String> errors = new ArrayList<>();
        Buffer sent = new Buffer().writeUtf8("\ufeffdata: {\"a\":1}\n\ndata: {\"a\":2}\n\n");
        try (BufferedSource events = Okio.buffer(new EventStream(sent, NOTHING, errors::add))) {
            assertThat(events.readUtf8()).isEqualTo("data: {\"a\":1}\n\ndata: {\"a\":2}\n\n");
        }
        assertThat(errors).isEmpty();
    }

    @Test
    void aBareErrorBehindItIsAnError() throws IOException {
        List<String> errors = new ArrayList<>();
        Buffer sent = new Buffer().writeUtf8("\ufeff[" + ERROR + "]");
        EventStream events = new EventStream(sent, NOTHING, errors::add);
        assertThat(events.firstError()).contains("UNAVAILABLE");
        assertThat(errors).hasSize(1);
    }
}
