package io.github.geminipool.samples.langchain4j;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import okhttp3.Call;

/** A body that LangChain4j may close on any thread, while the one that made this reads it; OkHttp's may not. */
final class CancellableBody extends FilterInputStream {

    private final Call call;
    private final Thread reader = Thread.currentThread();

    CancellableBody(Call call, InputStream body) {
        super(body);
        this.call = call;
    }

    @Override
    public void close() throws IOException {
        if (Thread.currentThread().equals(reader)) {
            super.close();
        } else {
            call.cancel();
        }
    }
}
