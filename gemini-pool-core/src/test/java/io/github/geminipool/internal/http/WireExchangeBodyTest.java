package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.internal.answer.AnswerScan;
import java.io.IOException;
import java.util.Objects;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The body of a response: the attempt ends when it does. */
class WireExchangeBodyTest {

    private static final String CONTENT = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hi\"}]},"
            + "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":2,"
            + "\"totalTokenCount\":5},\"modelVersion\":\"gemini-flash-001\"}";
    private static final String NOTHING = "{\"candidates\":[{\"finishReason\":\"STOP\"}]}";
    private static final String OVERLOADED =
            "{\"error\":{\"code\":503,\"message\":\"The model is overloaded.\",\"status\":\"UNAVAILABLE\"}}";

    private final WireExchangeFixture exchange = new WireExchangeFixture();

    @AfterEach
    void close() {
        exchange.close();
    }

    private static Request stream() {
        return Responses.post(
                "models/" + MODEL + ":streamGenerateContent?alt=sse", RequestBody.create("{}", Responses.JSON));
    }

    private static Request countTokens() {
        return Responses.post("models/" + MODEL + ":countTokens", RequestBody.create("{}", Responses.JSON));
    }

    private static FakeCall.Wire json(ClosableBody body) {
        return request -> Responses.of(request, 200, "application/json", body);
    }

    private static FakeCall.Wire events(ClosableBody body) {
        return request -> Responses.of(request, 200, "text/event-stream", body);
    }

    private static String event(String json) {
        return "data: " + json + "\r\n\r\n";
    }

    private static ResponseBody bodyOf(Response response) {
        return Objects.requireNonNull(response.body());
    }

    private Failure failure() {
        return Objects.requireNonNull(exchange.ended().failure());
    }

    @Test
    void aResponseReadToItsEndIsASuccessWithItsFacts() throws IOException {
        Response response = exchange.answered(Responses.generate(MODEL), json(new ClosableBody(CONTENT)));
        assertThat(exchange.ended().failure()).isNull();
        assertThat(bodyOf(response).string()).isEqualTo(CONTENT);
        ResponseFacts facts = Objects.requireNonNull(exchange.ended().response());
        assertThat(facts.model()).isEqualTo("gemini-flash-001");
        assertThat(Objects.requireNonNull(facts.tokens()).input()).isEqualTo(3);
    }

    @Test
    void aDownloadClosedBeforeItsEndIsASuccess() throws IOException {
        ClosableBody body = new ClosableBody(CONTENT);
        Response response = exchange.answered(Responses.get("files/abc:download?alt=media"), json(body));
        exchange.assertRunning();
        response.close();
        response.close();
        assertThat(body.isClosed()).isTrue();
        assertThat(exchange.ended().failure()).isNull();
    }

    @Test
    void aResponseWithoutPartsIsEmpty() throws IOException {
        ExchangeResult.Answered answered = (ExchangeResult.Answered) exchange.make(json(new ClosableBody(NOTHING)));
        assertThat(answered.empty()).isEqualTo(EmptyResponse.NO_PARTS);
        assertThat(bodyOf(answered.response()).string()).isEqualTo(NOTHING);
        assertThat(exchange.ended().empty()).isEqualTo(EmptyResponse.NO_PARTS);
        assertThat(exchange.ended().failure()).isNull();
    }

    @Test
    void aDownloadThatBreaksOffIsANetworkFailure() throws IOException {
        ClosableBody body = new ClosableBody("{\"totalTokens\":", new IOException("connection reset"));
        Response response = exchange.answered(Responses.get("files/abc:download?alt=media"), json(body));
        exchange.assertRunning();
        assertThatThrownBy(() -> bodyOf(response).string()).hasMessage("connection reset");
        assertThat(failure().kind()).isEqualTo(FailureKind.NETWORK);
    }

    @Test
    void aWholeResponseThatBreaksOffFailsTheAttempt() throws IOException {
        ClosableBody body = new ClosableBody("{\"totalTokens\":", new IOException("connection reset"));
        ExchangeResult.Failed failed = (ExchangeResult.Failed) exchange.make(countTokens(), json(body));
        assertThat(failed.failure().kind()).isEqualTo(FailureKind.NETWORK);
        assertThat(body.isClosed()).isTrue();
        assertThat(failure()).isEqualTo(failed.failure());
    }

    @Test
    void aResponseThatIsTooLargeIsRefusedWithWords() throws IOException {
        ClosableBody body = new ClosableBody("{\"x\":\"" + "x".repeat(WireExchangeFixture.MAX_ANSWER_SIZE) + "\"}");
        ExchangeResult.Failed failed = exchange.failed(json(body));
        assertThat(failed.failure().kind()).isEqualTo(FailureKind.INVALID_REQUEST);
        assertThat(failed.cause()).hasMessageContaining("max-answer-size");
        assertThat(body.isClosed()).isTrue();
        assertThat(failure()).isEqualTo(failed.failure());
    }

    @Test
    void aBodyThatBreaksOffAtOnceFailsTheAttempt() throws IOException {
        ClosableBody body = new ClosableBody("", new IOException("connection reset"));
        ExchangeResult.Failed failed = exchange.failed(json(body));
        assertThat(failed.failure().kind()).isEqualTo(FailureKind.NETWORK);
        assertThat(body.isClosed()).isTrue();
        assertThat(failure()).isEqualTo(failed.failure());
    }

    @Test
    void aBodyThatIsLostIsACancellation() throws IOException {
        exchange.answered(stream(), events(new ClosableBody(event(CONTENT))));
        new AnswerEnd(
                        exchange.running(),
                        exchange.lease(),
                        exchange.failures,
                        exchange.pool.continuations,
                        null,
                        new AnswerScan("asked", null),
                        null)
                .abandoned();
        assertThat(failure().kind()).isEqualTo(FailureKind.CANCELLED);
        assertThat(failure().reason()).contains("lost");
    }

    @Test
    void aCallIsForgottenIfThereIsNoMemoryToCloseItsBody() throws IOException {
        ClosableBody body = new ClosableBody(event(CONTENT) + event(CONTENT));
        Response response = exchange.answered(stream(), events(body));
        body.closingThrows(new OutOfMemoryError("a test"));
        assertThat(exchange.pool.calls.count()).isEqualTo(1);
        assertThatThrownBy(response::close).isInstanceOf(OutOfMemoryError.class);
        assertThat(failure().kind()).isEqualTo(FailureKind.CANCELLED);
        assertThat(exchange.pool.calls.count()).isZero();
    }

    @Test
    void aStreamReadToItsEndIsASuccess() throws IOException {
        String events = event(CONTENT) + event(CONTENT);
        Response response = exchange.answered(stream(), events(new ClosableBody(events)));
        assertThat(bodyOf(response).string()).contains("\"text\":\"hi\"");
        assertThat(exchange.ended().failure()).isNull();
    }

    @Test
    void aStreamClosedBeforeItsEndIsACancellation() throws IOException {
        ClosableBody body = new ClosableBody(event(CONTENT) + event(CONTENT));
        Response response = exchange.answered(stream(), events(body));
        exchange.assertRunning();
        response.close();
        assertThat(body.isClosed()).isTrue();
        assertThat(failure().kind()).isEqualTo(FailureKind.CANCELLED);
        assertThat(failure().reason()).contains("closed");
    }

    @Test
    void aStreamThatBeginsWithAnErrorBecomesTheResponseThatItShouldHaveBeen() throws IOException {
        ClosableBody body = new ClosableBody(event(OVERLOADED));
        ExchangeResult.Failed failed = (ExchangeResult.Failed) exchange.make(stream(), events(body));
        assertThat(failed.failure().kind()).isEqualTo(FailureKind.OVERLOADED);
        assertThat(Objects.requireNonNull(failed.response()).code()).isEqualTo(503);
        assertThat(body.isClosed()).isTrue();
        assertThat(failure()).isEqualTo(failed.failure());
    }

    @Test
    void anErrorAmongTheEventsEndsTheAttemptWithAFailure() throws IOException {
        ClosableBody body = new ClosableBody(event(CONTENT) + event(OVERLOADED));
        Response response = exchange.answered(stream(), events(body));
        try (BufferedSource source = bodyOf(response).source()) {
            source.readByteString();
        } catch (IOException e) {
            // Whether the reader gets an exception or the error itself is a matter of the event stream.
        }
        assertThat(failure().kind()).isEqualTo(FailureKind.OVERLOADED);
    }
}
