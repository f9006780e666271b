package io.github.geminipool.samples.langchain4j;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;

/** Reads server-sent events on OkHttp's thread for the call. */
final class StreamedResponse implements Callback {

    private final ServerSentEventParser parser;
    private final ServerSentEventListener listener;

    StreamedResponse(ServerSentEventParser parser, ServerSentEventListener listener) {
        this.parser = parser;
        this.listener = new SingleEndListener(listener);
    }

    @Override
    public void onFailure(Call call, IOException e) {
        listener.onError(PooledHttpClient.translate(e));
    }

    @Override
    public void onResponse(Call call, Response response) throws IOException {
        try (response) {
            if (!response.isSuccessful()) {
                listener.onError(
                        new HttpException(response.code(), response.body().string()));
                return;
            }
            listener.onOpen(PooledHttpClient.head(response).build());
            parser.parse(new CancellableBody(call, response.body().byteStream()), listener);
            listener.onClose();
        } catch (IOException | RuntimeException e) {
            listener.onError(e);
        }
    }
}
