package io.github.geminipool.internal.request;

import io.github.geminipool.internal.wire.JsonScan;
import java.io.IOException;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.Okio;
import okio.Sink;
import okio.Timeout;

/** Writes a request's body through a scan without keeping it. */
final class BodySink implements Sink {

    private final JsonScan scan;

    private BodySink(JsonScan scan) {
        this.scan = scan;
    }

    static void write(RequestBody body, JsonScan scan) throws IOException {
        BufferedSink sink = Okio.buffer((Sink) new BodySink(scan));
        body.writeTo(sink);
        sink.emit();
    }

    @Override
    public void write(Buffer source, long byteCount) throws IOException {
        source.copyTo(scan, 0, byteCount);
        source.skip(byteCount);
    }

    @Override
    public void flush() {}

    @Override
    public Timeout timeout() {
        return Timeout.NONE;
    }

    @Override
    public void close() {}
}
