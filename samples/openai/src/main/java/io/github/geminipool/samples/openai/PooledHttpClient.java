package io.github.geminipool.samples.openai;

import com.openai.core.RequestOptions;
import com.openai.core.http.HttpClient;
import com.openai.core.http.HttpRequest;
import com.openai.core.http.HttpRequestBody;
import com.openai.core.http.HttpResponse;
import com.openai.errors.OpenAIIoException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** The OpenAI SDK's HTTP client, implemented with the pool's. */
final class PooledHttpClient implements HttpClient {

    private final OkHttpClient client;

    PooledHttpClient(OkHttpClient client) {
        this.client = client;
    }

    @Override
    public HttpResponse execute(HttpRequest request, RequestOptions options) {
        try {
            return new PooledResponse(call(request, options).execute());
        } catch (IOException e) {
            throw new OpenAIIoException("Request failed", e);
        } finally {
            close(request);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The caller has the future.
    public CompletableFuture<HttpResponse> executeAsync(HttpRequest request, RequestOptions options) {
        Call call = call(request, options);
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        answer.whenComplete((response, e) -> {
            if (answer.isCancelled()) {
                call.cancel();
            }
            close(request);
        });
        call.enqueue(new Callback() {
            @Override
            public void onResponse(Call answered, Response response) {
                if (!answer.complete(new PooledResponse(response))) {
                    response.close();
                }
            }

            @Override
            public void onFailure(Call failed, IOException e) {
                answer.completeExceptionally(new OpenAIIoException("Request failed", e));
            }
        });
        return answer;
    }

    private Call call(HttpRequest request, RequestOptions options) {
        HttpRequestBody content = request.body();
        Request.Builder builder = new Request.Builder()
                .url(request.url())
                .method(request.method().name(), content == null ? emptyBody(request) : body(content));
        for (String name : request.headers().names()) {
            request.headers().values(name).forEach(value -> builder.addHeader(name, value));
        }
        Call call = client.newCall(builder.build());
        if (options.getTimeout() != null) {
            call.timeout().timeout(options.getTimeout().request().toNanos(), TimeUnit.NANOSECONDS);
        }
        return call;
    }

    private static @Nullable RequestBody emptyBody(HttpRequest request) {
        return switch (request.method()) {
            case POST, PUT, PATCH -> RequestBody.create(new byte[0]);
            default -> null;
        };
    }

    private static RequestBody body(HttpRequestBody content) {
        return new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                String type = content.contentType();
                return type == null ? null : MediaType.parse(type);
            }

            @Override
            public long contentLength() {
                return content.contentLength();
            }

            @Override
            public boolean isOneShot() {
                return !content.repeatable();
            }

            @Override
            public void writeTo(BufferedSink sink) {
                content.writeTo(sink.outputStream());
            }
        };
    }

    private static void close(HttpRequest request) {
        HttpRequestBody content = request.body();
        if (content != null) {
            content.close();
        }
    }

    /** Does nothing: the client belongs to the pool. */
    @Override
    public void close() {}
}
