package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormScanTest {

    private static final String EDITS = "https://gemini.example/v1beta/openai/images/edits";

    /** What an image may hold: line ends, a delimiter of another form, a field. */
    private static final String BINARY =
            "\u0000\r\n--other\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nno\r\n" + "x\n".repeat(9_000);

    private static MultipartBody.Builder form() {
        return new MultipartBody.Builder("boundary-7").setType(MultipartBody.FORM);
    }

    private static RequestBody image() {
        return RequestBody.create(BINARY.getBytes(StandardCharsets.ISO_8859_1), MediaType.get("image/png"));
    }

    private static Request post(RequestBody body) {
        return new Request.Builder().url(EDITS).post(body).build();
    }

    private static CallFacts factsOf(Request request) {
        return new OwnedResources().factsOf(request);
    }

    private static String written(Request request) throws IOException {
        Buffer buffer = new Buffer();
        RequestBody body = Objects.requireNonNull(request.body());
        body.writeTo(buffer);
        assertThat(body.contentLength()).isEqualTo(buffer.size());
        return buffer.readString(StandardCharsets.ISO_8859_1);
    }

    private static RequestBody text(String type, String text) {
        return RequestBody.create(text.getBytes(StandardCharsets.UTF_8), MediaType.get(type));
    }

    @Test
    void theFormsModelIsTheCallsWhereverItStands() {
        RequestBody first = form().addFormDataPart("model", "gemini-image")
                .addFormDataPart("image", "a.png", image())
                .build();
        RequestBody last = form().addFormDataPart("prompt", "a\r\nmodel\r\n")
                .addFormDataPart("image", "a.png", image())
                .addFormDataPart("model", "models/gemini-image")
                .build();

        for (RequestBody body : new RequestBody[] {first, last}) {
            CallFacts facts = factsOf(post(body));
            assertThat(facts.model()).isEqualTo("gemini-image");
            assertThat(facts.operation()).isEqualTo(Operation.GENERATE);
            assertThat(facts.use()).isEqualTo(Use.PREDICT);
        }
    }

    @Test
    void anotherModelReplacesItAndNothingElse() throws IOException {
        for (String named : new String[] {"a", "a-very-long-name"}) {
            MultipartBody.Builder before = form().addFormDataPart("image", "a.png", image());
            Request changed = CallFactsReader.forModel(
                    post(before.addFormDataPart("model", named)
                            .addFormDataPart("n", "2")
                            .build()),
                    "gemini-b");

            assertThat(written(changed))
                    .isEqualTo(written(post(form().addFormDataPart("image", "a.png", image())
                                    .addFormDataPart("model", "gemini-b")
                                    .addFormDataPart("n", "2")
                                    .build()))
                            .replace("Content-Length: 8", "Content-Length: " + named.length()));
            assertThat(factsOf(changed).model()).isEqualTo("gemini-b");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--b\nContent-Disposition: form-data; name=\"model\"\n\nm\n--b--",
                "--b\r\ncontent-disposition:form-data;name=model\r\nX: y\r\n\r\nm\r\n--b--\r\n",
                "preamble\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--b--",
            })
    void readsWhatOtherClientsWrite(String form) {
        assertThat(factsOf(post(text("multipart/form-data; boundary=b", form))).model())
                .isEqualTo("m");
        assertThat(factsOf(post(text("multipart/form-data; boundary=\"b\"", form)))
                        .model())
                .isEqualTo("m");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--b--",
                "--b\r\nContent-Disposition: form-data; name=\"remodel\"\r\n\r\nm\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nname=\"model\"\r\n\r\nm\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name=\"model\"",
            })
    void namesNoModel(String form) throws IOException {
        Request request = post(text("multipart/form-data; boundary=b", form));
        assertThat(factsOf(request).hasModel()).isFalse();
        assertThat(CallFactsReader.forModel(request, "m")).isSameAs(request);
    }

    @Test
    void aFormWithoutABoundaryNamesNoModel() {
        String form = "--\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--";
        assertThat(factsOf(post(text("multipart/form-data", form))).hasModel()).isFalse();
    }

    @Test
    void aBodyThatCanBeWrittenOnceIsNotRead() {
        RequestBody body = form().addFormDataPart("model", "m").build();
        RequestBody once = new RequestBody() {
            @Override
            public MediaType contentType() {
                return body.contentType();
            }

            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public void writeTo(BufferedSink sink) {
                throw new AssertionError("read");
            }
        };
        assertThat(factsOf(post(once)).hasModel()).isFalse();
    }
}
