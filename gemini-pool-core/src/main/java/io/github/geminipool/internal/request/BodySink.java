package io.github.geminipool.internal.request;

import java.io.IOException;
import java.io.OutputStream;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.Okio;
import okio.Sink;
import okio.Timeout;

/** Writes a request's body to a stream without keeping it. */
final class BodySink implements Sink {

    /** Bodies up to this length are written into memory as a whole: OkHttp's pool of segments has room for it. */
    private static final long SMALL = 16 * 1024;

    private final OutputStream out;

    private BodySink(OutputStream out) {
        this.out = out;
    }

    static void write(RequestBody body, OutputStream out) throws IOException {
        long length = body.contentLength();
        if (length >= 0 && length <= SMALL) {
            writeSmall(body, out);
            return;
        }
        BufferedSink sink = Okio.buffer((Sink) new BodySink(out));
        body.writeTo(sink);
        sink.emit();
    }

    private static void writeSmall(RequestBody body, OutputStream out) throws IOException {
        Buffer buffer = new Buffer();
        body.writeTo(buffer);
        buffer.copyTo(out, 0, buffer.size());
        buffer.clear();
    }

    @Override
    public void write(Buffer source, long byteCount) throws IOException {
        source.copyTo(out, 0, byteCount);
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
