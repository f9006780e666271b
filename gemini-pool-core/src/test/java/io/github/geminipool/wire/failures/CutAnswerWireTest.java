package io.github.geminipool.wire.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import io.github.geminipool.testing.SocketServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that cuts every other whole response in its middle: no call that may be repeated fails. */
@Tag("wire")
@Tag("sdk2")
@Tag("okhttp")
@Timeout(60)
class CutAnswerWireTest {

    private static final int CALLS = 40;
    private static final String TEXT = "x".repeat(20_000);
    private static final String GENERATED =
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + TEXT + "\"}]},\"finishReason\":\"STOP\"}]}";
    private static final String COUNTED = "{\"totalTokens\":7,\"x\":\"" + TEXT + "\"}";
    private static final String EMBEDDED = "{\"embeddings\":[{\"values\":[0.5]}],\"x\":\"" + TEXT + "\"}";

    private enum Cut {
        BY_LENGTH {
            @Override
            boolean answer(Socket client, String body) throws IOException {
                SocketServer.write(client, SocketServer.head("application/json", "Content-Length: " + body.length()));
                SocketServer.write(client, body.substring(0, body.length() / 2));
                return false;
            }
        },
        CHUNKED {
            @Override
            boolean answer(Socket client, String body) throws IOException {
                SocketServer.write(client, SocketServer.head("application/json", "Transfer-Encoding: chunked"));
                SocketServer.write(client, SocketServer.chunk(body.substring(0, body.length() / 2)));
                return false;
            }
        },
        /** As a proxy ends it whose own connection broke: nothing shows that but the text. */
        CHUNKED_TO_ITS_END {
            @Override
            boolean answer(Socket client, String body) throws IOException {
                SocketServer.write(
                        client, SocketServer.head("application/json", "Transfer-Encoding: chunked", "Trailer: X-Cut"));
                SocketServer.write(client, SocketServer.chunk(body.substring(0, body.length() / 2)));
                SocketServer.write(client, "0\r\nX-Cut: no\r\n\r\n");
                return true;
            }
        },
        WITHOUT_LENGTH {
            @Override
            boolean answer(Socket client, String body) throws IOException {
                SocketServer.write(client, SocketServer.head("application/json; charset=utf-8", "Connection: close"));
                SocketServer.write(client, body.substring(0, body.length() / 2));
                return false;
            }
        },
        LENGTH_TOO_SHORT {
            @Override
            boolean answer(Socket client, String body) throws IOException {
                SocketServer.write(client, SocketServer.head("application/json", "Content-Length: 1000"));
                SocketServer.write(client, body);
                return true;
            }
        },
        IN_A_CHARACTER {
            @Override
            boolean answer(Socket client, String body) throws IOException {
                byte[] bytes = body.replace('x', 'ü').getBytes(StandardCharsets.UTF_8);
                int half = body.indexOf('x') + 101;
                SocketServer.write(client, SocketServer.head("application/json", "Connection: close"));
                client.getOutputStream().write(bytes, 0, half);
                return false;
            }
        },
        COMPRESSED {
            @Override
            boolean answer(Socket client, String body) throws IOException {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                    gzip.write(body.getBytes(StandardCharsets.UTF_8));
                }
                int half = bytes.size() / 2;
                SocketServer.write(
                        client,
                        SocketServer.head("application/json", "Content-Encoding: gzip", "Content-Length: " + half));
                client.getOutputStream().write(bytes.toByteArray(), 0, half);
                return true;
            }
        },
        RESET {
            @Override
            boolean answer(Socket client, String body) throws IOException {
                SocketServer.write(client, SocketServer.head("application/json", "Content-Length: " + body.length()));
                SocketServer.write(client, body.substring(0, body.length() / 2));
                SocketServer.reset(client);
                return false;
            }
        };

        abstract boolean answer(Socket client, String body) throws IOException;
    }

    private enum Asked {
        SYNC(Form.CLIENT_SYNC),
        ASYNC(Form.CLIENT_ASYNC),
        FACADE(Form.FACADE),
        FACADE_ASYNC(Form.FACADE_ASYNC),
        EMBED(null) {
            @Override
            void ask(GeminiPool pool) {
                assertThat(pool.client().models.embedContent("m", "Hi", null).embeddings())
                        .isPresent();
            }
        },
        COUNT(null) {
            @Override
            void ask(GeminiPool pool) {
                assertThat(pool.client()
                                .async
                                .models
                                .countTokens("m", "Hi", null)
                                .join()
                                .totalTokens())
                        .hasValue(7);
            }
        };

        private final @Nullable Form form;

        Asked(@Nullable Form form) {
            this.form = form;
        }

        void ask(GeminiPool pool) {
            assertThat(Objects.requireNonNull(form).ask(pool, "m", "Hi")).isEqualTo(TEXT);
        }
    }

    private static String bodyFor(String request) {
        if (request.contains("countTokens")) {
            return COUNTED;
        }
        return request.contains("mbedContent") ? EMBEDDED : GENERATED;
    }

    /** A server that cuts the first response, the third, and so on. */
    private static SocketServer cutting(Cut cut) {
        AtomicInteger answers = new AtomicInteger();
        return new SocketServer((request, client) -> {
            String body = bodyFor(request);
            if (answers.getAndIncrement() % 2 == 0) {
                return cut.answer(client, body);
            }
            SocketServer.write(client, "application/json", body);
            return true;
        });
    }

    private static GeminiPool pool(SocketServer server, RecordingListener listener) {
        return GeminiPool.builder()
                .key(PoolInvariants.secretOf("one"))
                .settings(GeminiPoolSettings.DEFAULTS
                        .withRetry(new RetrySettings(3, Duration.ZERO, 1, Duration.ZERO, 0, 1))
                        .withBaseUrl(server.url()))
                .listener(listener)
                .build();
    }

    static Stream<Arguments> cutsAndForms() {
        return Stream.of(Cut.values()).flatMap(cut -> Stream.of(Asked.values()).map(asked -> Arguments.of(cut, asked)));
    }

    @ParameterizedTest
    @MethodSource("cutsAndForms")
    void noCallFails(Cut cut, Asked asked) {
        RecordingListener listener = new RecordingListener();
        try (SocketServer server = cutting(cut);
                GeminiPool pool = pool(server, listener)) {
            for (int i = 0; i < CALLS; i++) {
                asked.ask(pool);
            }
            assertThat(server.requests()).isEqualTo(2 * CALLS);
            assertThat(pool.stats().active()).isZero();
            assertThat(listener.attempts()).hasSize(2 * CALLS);
            assertThat(listener.attempts().get(0).failure()).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void aRequestWithAnEffectIsNotRepeated(Cut cut) {
        RecordingListener listener = new RecordingListener();
        try (SocketServer server = cutting(cut);
                GeminiPool pool = pool(server, listener)) {
            Request create = new Request.Builder()
                    .url(server.url() + "/v1beta/cachedContents")
                    .post(RequestBody.create("{}", null))
                    .build();
            List<Integer> codes = new ArrayList<>();
            Throwable e = catchThrowable(() -> {
                try (Response response = pool.httpClient().newCall(create).execute()) {
                    codes.add(response.code());
                }
            });
            assertThat(e).isInstanceOf(IOException.class);
            assertThat(codes).isEmpty();
            assertThat(server.requests()).isEqualTo(1);
            assertThat(Objects.requireNonNull(listener.attempts().get(0).failure())
                            .kind())
                    .isEqualTo(FailureKind.NETWORK);
        }
    }

    @Test
    void aDownloadIsHandedOverAsItComes() throws IOException {
        try (SocketServer server = new SocketServer((request, client) -> {
                    SocketServer.write(client, SocketServer.head("application/json", "Content-Length: 1000000000"));
                    SocketServer.write(client, GENERATED);
                    return true;
                });
                GeminiPool pool = pool(server, new RecordingListener())) {
            Request download = new Request.Builder()
                    .url(server.url() + "/v1beta/files/abc:download?alt=media")
                    .build();
            try (Response response = pool.httpClient().newCall(download).execute()) {
                assertThat(Objects.requireNonNull(response.body()).source().readUtf8(GENERATED.length()))
                        .isEqualTo(GENERATED);
                assertThat(pool.stats().active()).isEqualTo(1);
            }
        }
    }
}
