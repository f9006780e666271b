package io.github.geminipool.internal.http;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** A response body that knows whether it was closed, and may fail at its end. */
final class ClosableBody extends ResponseBody {

    private final BufferedSource source;
    private boolean closed;
    private @Nullable Error closing;

    ClosableBody(String content) {
        this(content, null);
    }

    /** Creates a body that throws an exception instead of ending. */
    ClosableBody(String content, @Nullable IOException atEnd) {
        Source bytes = new Buffer().writeUtf8(content);
        this.source = Okio.buffer(new ForwardingSource(bytes) {
            @Override
            public long read(Buffer sink, long byteCount) throws IOException {
                long count = super.read(sink, byteCount);
                if (count < 0 && atEnd != null) {
                    throw atEnd;
                }
                return count;
            }

            @Override
            public void close() throws IOException {
                closed = true;
                if (closing != null) {
                    throw closing;
                }
                super.close();
            }
        });
    }

    void closingThrows(Error error) {
        closing = error;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public MediaType contentType() {
        return Responses.JSON;
    }

    @Override
    public long contentLength() {
        return -1;
    }

    @Override
    public BufferedSource source() {
        return source;
    }
}
