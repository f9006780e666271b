package io.github.geminipool.samples.openai;

import com.openai.core.http.Headers;
import com.openai.core.http.HttpResponse;
import java.io.InputStream;
import java.util.Objects;
import okhttp3.Response;

/** An answer of the pool's HTTP client. */
record PooledResponse(Response response) implements HttpResponse {

    @Override
    public int statusCode() {
        return response.code();
    }

    @Override
    public Headers headers() {
        return Headers.builder().putAll(response.headers().toMultimap()).build();
    }

    @Override
    public InputStream body() {
        return Objects.requireNonNull(response.body()).byteStream();
    }

    @Override
    public void close() {
        response.close();
    }
}
