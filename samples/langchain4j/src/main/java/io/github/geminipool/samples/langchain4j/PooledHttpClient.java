package io.github.geminipool.samples.langchain4j;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** LangChain4j's HTTP client, implemented with OkHttp. */
final class PooledHttpClient implements HttpClient {

    private final OkHttpClient client;

    PooledHttpClient(OkHttpClient client) {
        this.client = client;
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        try (Response response = call(request).execute()) {
            byte[] body = response.body().bytes();
            if (!response.isSuccessful()) {
                throw new HttpException(response.code(), new String(body, StandardCharsets.UTF_8));
            }
            return head(response).body(body).build();
        } catch (IOException e) {
            throw translate(e);
        }
    }

    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        call(request).enqueue(new StreamedResponse(parser, listener));
    }

    static SuccessfulHttpResponse.Builder head(Response response) {
        return SuccessfulHttpResponse.builder()
                .statusCode(response.code())
                .headers(response.headers().toMultimap());
    }

    static RuntimeException translate(IOException e) {
        boolean isTimeout =
                e instanceof InterruptedIOException && !Thread.currentThread().isInterrupted();
        return isTimeout ? new TimeoutException(e) : new UncheckedIOException(e);
    }

    private Call call(HttpRequest request) {
        if (!request.formDataFields().isEmpty() || !request.formDataFiles().isEmpty()) {
            throw new UnsupportedOperationException("The Gemini API does not accept forms");
        }
        Request.Builder builder =
                new Request.Builder().url(request.url()).method(request.method().name(), body(request));
        request.headers().forEach((name, values) -> values.forEach(value -> builder.addHeader(name, value)));
        return client.newCall(builder.build());
    }

    private static @Nullable RequestBody body(HttpRequest request) {
        if (request.body() != null) {
            // Bytes without a type leave the request's Content-Type header unchanged.
            return RequestBody.create(request.body().getBytes(StandardCharsets.UTF_8));
        }
        return switch (request.method()) {
            case POST -> RequestBody.create(new byte[0]);
            case GET, DELETE -> null;
        };
    }
}
