package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that are damaged on the wire, as bytes. */
@Timeout(30)
class WireFaultTest {
    private static final String PATH = "/v1beta/models/m:";

    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(b -> b.key("k1"));

    /** What a client got: the headers in lower case, the body's bytes as characters, and how the connection ended. */
    private record Got(String head, String latin1, String end) {
        byte[] body() {
            return latin1.getBytes(StandardCharsets.ISO_8859_1);
        }

        String text() {
            return new String(body(), StandardCharsets.UTF_8);
        }
    }

    private static Got get(GeminiSimulator simulator, String verb) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String end = "closed";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port())) {
            socket.setSoTimeout(300);
            String request = "POST " + PATH + verb + " HTTP/1.1\r\nHost: localhost\r\nx-goog-api-key: k1\r\n"
                    + "Content-Length: " + Raw.PROMPT.length() + "\r\n\r\n" + Raw.PROMPT;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                all.write(next);
            }
        } catch (SocketTimeoutException quiet) {
            end = "open";
        } catch (SocketException reset) {
            end = "reset";
        }
        String text = all.toString(StandardCharsets.ISO_8859_1);
        int body = text.indexOf("\r\n\r\n") + 4;
        return new Got(text.substring(0, body).toLowerCase(java.util.Locale.ROOT), text.substring(body), end);
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void bodiesAreCutInTheMiddle(Cut cut, GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().truncateBody(cut));
        Got got = get(simulator, "generateContent");
        assertThat(got.head()).startsWith("http/1.1 200");
        boolean chunked = cut != Cut.CLOSE && cut != Cut.END;
        assertThat(got.head().contains("transfer-encoding: chunked")).isEqualTo(chunked);
        assertThat(got.head().contains("content-length")).isEqualTo(!chunked);
        assertThat(got.text()).doesNotContain("totalTokenCount", "\r\n0\r\n");
        String end = switch (cut) {
            case CLOSE, CHUNKED -> "closed";
            case RESET -> "reset";
            case END, HANG -> "open";
        };
        assertThat(got.end()).isEqualTo(end);
        if (cut == Cut.CLOSE || cut == Cut.END) {
            int length = Integer.parseInt(got.head().replaceAll("(?s).*content-length: ([0-9]+).*", "$1"));
            assertThat(got.body()).hasSize(cut == Cut.END ? length : length / 2);
        }
        simulator.clearFaults();
        assertThat(new Raw(simulator).generate("k1", "m").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void streamsAreCutAfterAnEvent(Cut cut, GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().cutStreamAfter(2, cut));
        Got got = get(simulator, "streamGenerateContent?alt=sse");
        if (cut != Cut.RESET) {
            assertThat(got.text().split("data: ", -1)).hasSize(3);
        }
        assertThat(got.text().endsWith("\r\n0\r\n\r\n")).isEqualTo(cut == Cut.END);
        String end = switch (cut) {
            case CLOSE, CHUNKED -> "closed";
            case RESET -> "reset";
            case END, HANG -> "open";
        };
        assertThat(got.end()).isEqualTo(end);
    }

    @Test
    void aStreamMayEndWithoutAnyEvent(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().cutStreamAfter(0, Cut.END));
        HttpResponse<String> empty = new Raw(simulator).stream("k1", "m");
        assertThat(empty.statusCode()).isEqualTo(200);
        assertThat(empty.body()).isEmpty();
        assertThat(simulator.inFlight()).isZero();
    }

    @Test
    void pagesMayHaveAnyStatus(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().first(1).html(200));
        simulator.fault(Fault.when().html());
        for (int status : new int[] {200, 503}) {
            HttpResponse<String> page = new Raw(simulator).generate("k1", "m");
            assertThat(page.statusCode()).isEqualTo(status);
            assertThat(page.body()).startsWith("<").contains("automated queries");
            assertThat(page.headers().firstValue("content-type").orElse("")).startsWith("text/html");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 429, 503})
    void errorsMayBeInArrays(int status, GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().first(1).respondInArray(status));
        simulator.fault(Fault.when().respond(status));
        JsonNode wrapped = Raw.json(new Raw(simulator).generate("k1", "m"));
        assertThat(wrapped.isArray()).isTrue();
        assertThat(wrapped.get(0)).isEqualTo(Raw.json(new Raw(simulator).generate("k1", "m")));
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void answersMayBeEncodedUnusually(Encoding encoding, GeminiSimulator simulator) throws Exception {
        byte[] plain = get(simulator, "generateContent").body();
        String text = new String(plain, StandardCharsets.UTF_8).replaceAll("simulated-\\d+", "");
        simulator.fault(Fault.when().encode(encoding));
        Got got = get(simulator, "generateContent");
        assertThat(got.head()).contains("content-length: " + got.body().length);
        String decoded = switch (encoding) {
            case UTF_8_WITH_BOM -> {
                assertThat(got.text()).startsWith("\uFEFF{");
                yield got.text().substring(1);
            }
            case UTF_16 -> {
                assertThat(got.head()).contains("charset=utf-16");
                yield new String(got.body(), StandardCharsets.UTF_16);
            }
            case WRONG_CHARSET -> {
                assertThat(got.head()).contains("charset=iso-8859-1");
                yield got.text();
            }
            case INVALID_UTF_8 -> {
                assertThat(got.text()).contains("\uFFFD");
                yield got.text().replace('\uFFFD', ' ');
            }
            case GZIP -> {
                assertThat(got.head()).contains("content-encoding: gzip");
                yield new String(
                        new GZIPInputStream(new ByteArrayInputStream(got.body())).readAllBytes(),
                        StandardCharsets.UTF_8);
            }
            case NOT_GZIP -> {
                assertThat(got.head()).contains("content-encoding: gzip");
                yield got.text();
            }
        };
        assertThat(decoded.replaceAll("simulated-\\d+", "")).isEqualTo(text);
    }

    @Test
    void jsonMayBeVeryDeep(GeminiSimulator simulator) throws Exception {
        simulator.fault(Fault.when().deepJson(200, 5000));
        String body = new Raw(simulator).generate("k1", "m").body();
        assertThat(body).startsWith("{\"a\":{\"a\":").endsWith("}}");
        assertThat(body.chars().filter(c -> c == '{').count()).isEqualTo(5000);
        assertThat(body.chars().filter(c -> c == '}').count()).isEqualTo(5000);
    }

    @Test
    void haveWordsOnTheCommandLine(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        raw.post("/_simulator/faults", "", "{\"nth\":1,\"html\":200}");
        raw.post("/_simulator/faults", "", "{\"nth\":2,\"respond-in-array\":429}");
        raw.post("/_simulator/faults", "", "{\"nth\":3,\"truncate-body\":\"end\"}");
        raw.post("/_simulator/faults", "", "{\"nth\":4,\"encode\":\"not-gzip\"}");
        raw.post("/_simulator/faults", "", "{\"nth\":5,\"truncate-body\":\"reset\"}");
        assertThat(raw.generate("k1", "m").body()).startsWith("<");
        assertThat(raw.generate("k1", "m").body()).startsWith("[");
        assertThat(raw.generate("k1", "m").body()).startsWith("{").doesNotContain("totalTokenCount");
        assertThat(raw.generate("k1", "m").headers().firstValue("content-encoding"))
                .contains("gzip");
        assertThatThrownBy(() -> raw.generate("k1", "m")).isInstanceOf(IOException.class);
        raw.post("/_simulator/faults", "", "{\"cut-stream-after\":\"1:end\"}");
        assertThat(raw.stream("k1", "m").body().split("data: ", -1)).hasSize(2);
    }
}
