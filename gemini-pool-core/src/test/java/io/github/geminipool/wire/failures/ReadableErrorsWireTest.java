package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.ApiException;
import com.google.genai.gaos.models.errors.GetInteractionByIdClientError;
import com.google.genai.gaos.models.operations.GetInteractionByIdRequest;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RawServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The message of an error reaches the callers of Google's SDK, however damaged or wrapped its body arrives. */
@Tag("wire")
@Tag("sdk2")
@Tag("okhttp")
@Timeout(60)
class ReadableErrorsWireTest {

    private static final String KEY = PoolInvariants.secretOf("one");
    private static final String MESSAGE = "Ungültige Größe „ü“ – 大きさ.";
    private static final String JSON = "Content-Type: application/json; charset=UTF-8";

    private RawServer server;
    private GeminiPool pool;

    @BeforeEach
    void start() throws IOException {
        server = new RawServer();
        GeminiPoolBuilder builder = GeminiPool.builder().key(KEY);
        pool = builder.settings(builder.settings()
                        .withBaseUrl(server.url())
                        .withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0)))
                .build();
    }

    @AfterEach
    void stop() throws IOException {
        pool.close(Duration.ZERO);
        server.close();
    }

    private static String classic(String message, String more) {
        return "{\"error\": {\"code\": 413, \"message\": \"" + message + "\", \"status\": \"OUT_OF_RANGE\"" + more
                + "}}";
    }

    private static final String RETRY_INFO =
            ", \"details\": [{\"@type\": \"type.googleapis.com/google.rpc.RetryInfo\", \"retryDelay\": \"36s\"}]";

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private ApiException refused(Form form) {
        Throwable e = catchThrowable(() -> form.ask(pool, "m", "Hi"));
        Throwable told = e instanceof CompletionException ? e.getCause() : e;
        assertThat(told).isInstanceOf(ApiException.class);
        return (ApiException) Objects.requireNonNull(told);
    }

    private void assertTold(String status, String... message) {
        ApiException e = refused(Form.CLIENT_SYNC);
        assertThat(e.code()).isEqualTo(413);
        assertThat(e.status()).isEqualTo(status);
        assertThat(e.message()).contains(message);
    }

    @ParameterizedTest
    @EnumSource(
            value = Form.class,
            names = {"CLIENT_SYNC", "CLIENT_ASYNC", "CLIENT_STREAM", "FACADE", "FACADE_STREAM"})
    void ofAnErrorInAnArrayInEveryForm(Form form) {
        server.answer("413 X", utf8("[" + classic(MESSAGE, RETRY_INFO) + "\n]"), JSON);
        ApiException e = refused(form);
        assertThat(e.code()).isEqualTo(413);
        assertThat(e.status()).isEqualTo("OUT_OF_RANGE");
        assertThat(e.message()).startsWith(MESSAGE).contains("RetryInfo", "36s");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s",
                "[%s]",
                "[[ %s ]]",
                "\n[ %s, %1$s]",
                ")]}'\n%s",
                "{\"status\": 413, \"body\": %s}",
                "{\"error\": %s}",
                "got status: 413. %s"
            })
    void ofAnErrorInAWrapping(String wrapping) {
        server.answer("413 X", utf8(String.format(wrapping, classic(MESSAGE, RETRY_INFO))), JSON);
        assertTold("OUT_OF_RANGE", MESSAGE, "36s");
    }

    @Test
    void ofAnErrorThatIsCutOff() {
        String rest = ", \"details\": [{\"detail\": \"" + "x".repeat(100_000) + "\"}]";
        server.answer("413 X", utf8(classic(MESSAGE, rest)), JSON);
        assertTold("OUT_OF_RANGE", MESSAGE);

        String body = classic(MESSAGE, RETRY_INFO);
        server.answer("413 X", utf8(body.substring(0, body.indexOf("36s"))), JSON);
        assertTold("OUT_OF_RANGE", MESSAGE);

        server.answer("413 X", utf8(body.substring(0, body.indexOf("Größe") + 5)), JSON);
        assertTold("INVALID_ARGUMENT", "Ungültige Größe");
        for (String escape : List.of("\\", "\\u", "\\u00f")) {
            server.answer("413 X", utf8(body.substring(0, body.indexOf("Größe") + 5) + escape), JSON);
            assertTold("INVALID_ARGUMENT", "Ungültige Größe");
        }
    }

    @Test
    void ofADeepError() {
        String deep = "[".repeat(20_000) + "]".repeat(20_000);
        server.answer("413 X", utf8(classic(MESSAGE, ", \"details\": " + deep)), JSON);
        assertTold("OUT_OF_RANGE", MESSAGE);
        String first = classic(MESSAGE, "").replace("{\"code\"", "{\"details\": " + deep + ", \"code\"");
        server.answer("413 X", utf8(first), JSON);
        assertTold("OUT_OF_RANGE", MESSAGE);
        server.answer("413 X", utf8("[".repeat(5_000) + classic(MESSAGE, "") + "]".repeat(5_000)), JSON);
        assertTold("OUT_OF_RANGE", MESSAGE);
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-8, true, application/json",
        "UTF-8, false, application/json",
        "UTF-8, false, text/plain; charset=iso-8859-1x",
        "UTF-8, true, application/json; charset=utf-16",
        "UTF-8, false, application/json; charset=utf-32",
        "UTF-8, false, nonsense",
        "UTF-16BE, true, application/json",
        "UTF-16LE, true, application/json; charset=utf-8",
        "UTF-16BE, false, application/json; charset=utf-16be",
        "UTF-16LE, false, application/json",
        "UTF-16BE, false, application/json",
        "UTF-32BE, true, application/json",
        "UTF-32LE, true, application/json",
        "UTF-32BE, false, application/json",
        "UTF-32LE, false, application/json; charset=utf-32le",
        "UTF-32LE, false, text/plain",
    })
    void inEveryCharset(Charset charset, boolean marked, String type) {
        for (String body : List.of(classic(MESSAGE, RETRY_INFO), "[" + classic(MESSAGE, RETRY_INFO) + "]")) {
            byte[] bytes = ((marked ? "\uFEFF" : "") + body).getBytes(charset);
            server.answer("413 X", bytes, "Content-Type: " + type);
            assertTold("OUT_OF_RANGE", MESSAGE, "36s");
        }
    }

    @Test
    void inADeclaredCharset() {
        byte[] bytes = classic("Größe", "").getBytes(StandardCharsets.ISO_8859_1);
        server.answer("413 X", bytes, "Content-Type: application/json; charset=iso-8859-1");
        assertTold("OUT_OF_RANGE", "Größe");
    }

    private static byte[] compressed(byte[] body, String codings) throws IOException {
        byte[] bytes = body;
        for (String coding : codings.split(",", -1)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (OutputStream compressing =
                    coding.strip().toLowerCase(Locale.ROOT).endsWith("gzip")
                            ? new GZIPOutputStream(out)
                            : new DeflaterOutputStream(out)) {
                compressing.write(bytes);
            }
            bytes = out.toByteArray();
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "GZIP", "deflate", "gzip, gzip", "deflate, gzip"})
    void inEveryCompressionThatTheCallerAskedFor(String codings) throws IOException {
        byte[] body = compressed(utf8("[" + classic(MESSAGE, "") + "]"), codings);
        server.answer("413 X", body, JSON, "Content-Encoding: " + codings);
        assertThat(bodyOf("/v1beta/models", "gzip, deflate"))
                .isEqualTo(classic(MESSAGE, "").replace(": ", ":").replace(", ", ","));
    }

    @Test
    void inNoOtherCompression() throws IOException {
        server.answer("413 X", new byte[] {0x1b, 0x2f, 0x01}, JSON, "Content-Encoding: br");
        assertThat(bodyOf("/v1beta/models", "br")).contains("The response has no readable body", "413");
    }

    private String bodyOf(String path, String acceptEncoding) throws IOException {
        Request request = new Request.Builder()
                .url(server.url() + path)
                .header("Accept-Encoding", acceptEncoding)
                .build();
        try (Response response = pool.httpClient().newCall(request).execute()) {
            assertThat(response.header("Content-Encoding")).isNull();
            return response.body().string();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<html><head><title>Error 413</title><style>p {x: y}</style></head><body><script>var a ="
                        + " '<';</script><h1>Request <b>too</b> large</h1>&amp; more</body></html> | Error 413 Request too"
                        + " large & more",
                "<!DOCTYPE html><!-- hidden --><p>Proxy error | Proxy error",
                "upstream request timeout | upstream request timeout",
                "413 RESOURCE_EXHAUSTED: Too large | 413 RESOURCE_EXHAUSTED: Too large",
                "{\"detail\": \"Not so\"} | {\"detail\": \"Not so\"}",
                "{\"error\": \"Not so\"} | Not so",
                "{\"error\": {\"code\": \"invalid_request\", \"message\": \"Not so\"}} | Not so",
                "{\"error\": {\"code\": 413, \"message\": \"\", \"details\": [{\"message\": \"In detail\"}]}} | In"
                        + " detail",
                "{\"message\": \"Not so\", \"code\": 413} | Not so",
                "'' | The response has no readable body",
                "null | null",
                "[] | []",
                "<script> | The response has no readable body",
            })
    void ofEverythingElse(String body, String message) {
        server.answer("413 X", utf8(body), "Content-Type: text/html");
        ApiException e = refused(Form.CLIENT_SYNC);
        assertThat(e.message()).startsWith(message);
        assertThat(e.status()).isNotEqualTo("X");
    }

    @Test
    void whatTheSdkCanReadStaysAsItWasWritten() throws IOException {
        String body = classic(MESSAGE, RETRY_INFO + ", \"other\": [1.50, 1e3]");
        server.answer("413 X", utf8(body), JSON);
        assertThat(bodyOf("/v1beta/models", "identity")).isEqualTo(body);
        assertThat(bodyOf("/v1beta/openai/chat/completions", "identity")).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "[%s]"})
    void ofInteractionsInTheirOwnShape(String wrapping) {
        for (String error : List.of(
                "{\"error\": {\"code\": \"invalid_request\", \"message\": \"" + MESSAGE + "\"}}",
                classic(MESSAGE, RETRY_INFO))) {
            server.answer("413 X", utf8(String.format(wrapping, error)), JSON);
            Throwable e = catchThrowable(() -> pool.client()
                    .interactions
                    .get(GetInteractionByIdRequest.builder().id("abc").build()));
            assertThat(e).isInstanceOfSatisfying(GetInteractionByIdClientError.class, told -> {
                assertThat(told.code()).isEqualTo(413);
                assertThat(told.data()).isPresent();
                assertThat(told.data().get().toString()).contains("code=invalid_request", MESSAGE);
            });
        }
    }
}
