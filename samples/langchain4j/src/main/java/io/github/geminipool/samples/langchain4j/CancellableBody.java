package io.github.geminipool.samples.langchain4j;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import okhttp3.Call;

/** A response body that any thread may close while the thread that created it reads; OkHttp's bodies do not allow that. */
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
