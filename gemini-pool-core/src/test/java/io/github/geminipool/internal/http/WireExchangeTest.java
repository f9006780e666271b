package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.FALLBACK;
import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.AttemptStarted;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.internal.request.Credentials;
import io.github.geminipool.spi.CallOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sending an attempt, and attempts that end before their response has a body to read. */
class WireExchangeTest {

    private static final String OVERLOADED =
            "{\"error\":{\"code\":503,\"message\":\"The model is overloaded.\",\"status\":\"UNAVAILABLE\"}}";

    private WireExchangeFixture exchange = new WireExchangeFixture();
    private final List<Request> sent = new ArrayList<>();

    @AfterEach
    void close() {
        exchange.close();
    }

    private FakeCall.Wire answers(int status, String body) {
        return request -> {
            sent.add(request);
            return Responses.of(request, status, body);
        };
    }

    private static Request withQuery(String query) {
        Request request = Responses.generate(MODEL);
        return request.newBuilder().url(request.url() + query).build();
    }

    @Test
    void sendsTheKeyOfTheLeaseInsteadOfTheCallersOwn() throws IOException {
        Request request = withQuery("?key=callers&alt=json")
                .newBuilder()
                .header(Credentials.KEY_HEADER, "callers")
                .build();
        exchange.make(request, answers(200, ""));
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).headers(Credentials.KEY_HEADER)).containsExactly(CallFixture.secret("k1"));
        assertThat(sent.get(0).url().queryParameterNames()).containsExactly("alt");
    }

    @Test
    void theResponseShowsTheCallersOwnRequest() throws IOException {
        Request request = withQuery("?key=callers");
        Response response = exchange.answered(request, sentRequest -> {
            Response received = Responses.of(sentRequest, 200, "{}");
            Response ofNetwork = received.newBuilder().body(null).build();
            return received.newBuilder().networkResponse(ofNetwork).build();
        });
        assertThat(response.request()).isSameAs(request);
        assertThat(response.networkResponse()).isNull();
    }

    @Test
    void anErrorShowsTheCallersOwnRequest() throws IOException {
        Response response =
                Objects.requireNonNull(exchange.failed(answers(503, OVERLOADED)).response());
        assertThat(response.request()).isSameAs(exchange.call().request());
        assertThat(response.request().header(Credentials.KEY_HEADER)).isNull();
    }

    @Test
    void asksTheFallbackModel() throws IOException {
        exchange.make(Responses.generate(MODEL), answers(200, "{}"), FALLBACK);
        assertThat(sent.get(0).url().encodedPath()).isEqualTo("/v1beta/models/" + FALLBACK + ":generateContent");
    }

    @Test
    void asksTheFallbackModelWhereTheBodyNamesTheModel() throws IOException {
        String json = "{\"messages\":[], \"model\" : \"models/%s\"}";
        Request request =
                Responses.post("openai/chat/completions", RequestBody.create(json.formatted(MODEL), Responses.JSON));
        exchange.make(request, answers(200, "{}"), FALLBACK);
        assertThat(sent.get(0).url()).isEqualTo(request.url());
        Buffer written = new Buffer();
        Objects.requireNonNull(sent.get(0).body()).writeTo(written);
        assertThat(written.readUtf8()).isEqualTo(json.formatted(FALLBACK));
    }

    @Test
    void aWebsocketReleasesItsInstanceOnceItIsOpen() throws IOException {
        Response response = exchange.answered(Responses.generate(MODEL), answers(101, ""));
        assertThat(response.code()).isEqualTo(101);
        assertThat(exchange.ended().failure()).isNull();
    }

    @Test
    void anErrorIsAFailureWithAReadableResponse() throws IOException {
        ExchangeResult.Failed failed = exchange.failed(answers(503, OVERLOADED));
        assertThat(failed.failure().kind()).isEqualTo(FailureKind.OVERLOADED);
        Response response = Objects.requireNonNull(failed.response());
        assertThat(response.code()).isEqualTo(503);
        assertThat(Objects.requireNonNull(response.body()).string()).isEqualTo(OVERLOADED);
        assertThat(exchange.ended().failure()).isEqualTo(failed.failure());
        assertThat(exchange.ended().sent()).isTrue();
    }

    @Test
    void anErrorWithStatus200BecomesTheResponseThatItShouldHaveBeen() throws IOException {
        ClosableBody body = new ClosableBody(OVERLOADED);
        ExchangeResult.Failed failed = exchange.failed(request -> Responses.of(request, 200, "application/json", body));
        assertThat(failed.failure().kind()).isEqualTo(FailureKind.OVERLOADED);
        assertThat(Objects.requireNonNull(failed.response()).code()).isEqualTo(503);
        assertThat(body.isClosed()).isTrue();
        assertThat(exchange.ended().failure()).isEqualTo(failed.failure());
    }

    @Test
    void anEmptyBodyIsAnEmptyResponse() throws IOException {
        ExchangeResult.Answered answered = (ExchangeResult.Answered) exchange.make(answers(200, ""));
        assertThat(answered.empty()).isEqualTo(EmptyResponse.NO_BODY);
        assertThat(exchange.ended().empty()).isEqualTo(EmptyResponse.NO_BODY);
        assertThat(exchange.ended().failure()).isNull();
    }

    @Test
    void anEmptyBodyIsNotAnEmptyResponseWhereNoContentWasAskedFor() throws IOException {
        Request request = new Request.Builder()
                .url("http://gemini.test/v1beta/files/abc")
                .delete()
                .build();
        ExchangeResult.Answered answered = (ExchangeResult.Answered) exchange.make(request, answers(200, ""));
        assertThat(answered.empty()).isNull();
        assertThat(exchange.ended().empty()).isNull();
    }

    @Test
    void aBrokenConnectionIsANetworkFailure() throws IOException {
        ExchangeResult.Failed failed = exchange.failed(request -> {
            throw new IOException("connection reset");
        });
        assertThat(failed.failure().kind()).isEqualTo(FailureKind.NETWORK);
        assertThat(failed.response()).isNull();
        assertThat(failed.cause()).hasMessage("connection reset");
        assertThat(exchange.ended().failure()).isEqualTo(failed.failure());
        assertThat(exchange.ended().sent()).isTrue();
    }

    @Test
    void anExceptionThatShowsAKeyIsMasked() throws IOException {
        String secret = CallFixture.secret("k1");
        ExchangeResult.Failed failed = exchange.failed(request -> {
            throw new IOException("unexpected " + secret);
        });
        assertThat(failed.failure().reason()).doesNotContain(secret);
        assertThat(failed.cause()).hasMessageNotContaining(secret);
    }

    @Test
    void anExceptionAfterTheCallWasCancelledIsACancellation() throws IOException {
        ExchangeResult.Failed failed = exchange.failed(request -> {
            exchange.call().cancel();
            throw new IOException("Canceled");
        });
        assertThat(failed.failure().kind()).isEqualTo(FailureKind.CANCELLED);
        assertThat(exchange.ended().failure()).isEqualTo(failed.failure());
    }

    @Test
    void anExceptionAfterTheDeadlineIsATimeout() throws IOException {
        exchange.pool.options = CallOptions.NONE.withDeadline(Duration.ofSeconds(1));
        ExchangeResult.Failed failed = exchange.failed(request -> {
            exchange.pool.time.advance(Duration.ofSeconds(1));
            assertThat(exchange.call().isCanceled()).isTrue();
            throw new IOException("Canceled");
        });
        assertThat(failed.cause())
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("timeout: the call's deadline of PT1S has passed");
        exchange.call().end();
    }

    @Test
    void aRuntimeExceptionReleasesTheInstanceAndIsNoOutage() {
        assertThatThrownBy(() -> exchange.make(request -> {
                    throw new IllegalStateException("a broken interceptor");
                }))
                .hasMessage("a broken interceptor");
        assertThat(Objects.requireNonNull(exchange.ended().failure()).kind()).isEqualTo(FailureKind.CANCELLED);
    }

    @ParameterizedTest
    @ValueSource(classes = {StackOverflowError.class, OutOfMemoryError.class, NoClassDefFoundError.class})
    void anErrorReleasesTheInstanceAndIsNoOutage(Class<? extends Error> type) throws ReflectiveOperationException {
        Error error = type.getConstructor(String.class).newInstance("a test");
        assertThatThrownBy(() -> exchange.make(request -> {
                    throw error;
                }))
                .isSameAs(error);
        Failure failure = Objects.requireNonNull(exchange.ended().failure());
        assertThat(failure.kind()).isEqualTo(FailureKind.CANCELLED);
        assertThat(failure.reason()).startsWith("The JVM ended the attempt with an error");
    }

    @Test
    void anAttemptThatCannotBeStartedReleasesTheInstance() {
        exchange.close();
        BrokenListener listener = new BrokenListener();
        exchange = new WireExchangeFixture(CallFixture.with(setup -> setup.listener = listener));
        assertThatThrownBy(() -> exchange.make(answers(200, "{}"))).hasMessage("a broken listener");
        assertThat(sent).isEmpty();
        assertThat(listener.ended).hasSize(1);
        assertThat(listener.ended.get(0).sent()).isFalse();
        assertThat(exchange.pool.pool().state().active()).isZero();
    }

    private static final class BrokenListener implements PoolListener {

        private final List<AttemptEnded> ended = new ArrayList<>();

        @Override
        public void attemptStarted(AttemptStarted event) {
            throw new IllegalStateException("a broken listener");
        }

        @Override
        public void attemptEnded(AttemptEnded event) {
            ended.add(event);
        }
    }
}
