package io.github.geminipool.internal.answer;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer whose lease ends with it: at its end, at its close, or when it is lost, whichever comes first.
 */
public final class WatchedBody extends ResponseBody {

    /** Is told the end of a body, once. */
    public interface End {

        /** The last bytes of a buffer have just been read. */
        void passed(Buffer sink, long count) throws IOException;

        /** It was read to its end. */
        void exhausted();

        /** It was closed before its end. */
        void closed();

        /** Nobody refers to it any more. */
        void abandoned();

        /**
         * It could not be read.
         *
         * @return what its reader gets
         */
        IOException failed(IOException e);
    }

    private final @Nullable MediaType type;
    private final long length;
    private final BufferedSource source;

    private WatchedBody(@Nullable MediaType type, long length, Source source) {
        this.type = type;
        this.length = length;
        this.source = Okio.buffer(source);
    }

    /**
     * Wraps a response's body.
     *
     * @param response what becomes the response, but for the body
     * @param content the body's source, or what reads it
     */
    public static Response wrap(
            Response.Builder response, ResponseBody body, Source content, End end, AbandonedBodies abandoned) {
        AtomicBoolean ended = new AtomicBoolean();
        ClosingSource source = new ClosingSource(content, end, ended);
        source.watch = abandoned.watch(source, () -> {
            if (ended.compareAndSet(false, true)) {
                try {
                    body.close();
                } finally {
                    end.abandoned();
                }
            }
        });
        if (content == body.source()) {
            return response.body(new WatchedBody(body.contentType(), body.contentLength(), source))
                    .build();
        }
        // What reads the body may change its length.
        return response.removeHeader("Content-Length")
                .body(new WatchedBody(body.contentType(), -1, source))
                .build();
    }

    @Override
    public @Nullable MediaType contentType() {
        return type;
    }

    @Override
    public long contentLength() {
        return length;
    }

    @Override
    public BufferedSource source() {
        return source;
    }

    private static final class ClosingSource extends ForwardingSource {

        private final End end;
        private final AtomicBoolean ended;
        private boolean exhausted;
        private AbandonedBodies.@Nullable Watch watch;

        ClosingSource(Source upstream, End end, AtomicBoolean ended) {
            super(upstream);
            this.end = end;
            this.ended = ended;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            if (exhausted) {
                return -1;
            }
            long count;
            try {
                count = super.read(sink, byteCount);
            } catch (IOException e) {
                throw isFirst() ? end.failed(e) : e;
            }
            exhausted = count < 0;
            if (!exhausted) {
                end.passed(sink, count);
            }
            if (exhausted && isFirst()) {
                // What reads the body may end before it; nobody else will let go of the connection.
                super.close();
                end.exhausted();
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                if (isFirst()) {
                    end.closed();
                }
            }
        }

        private boolean isFirst() {
            if (!ended.compareAndSet(false, true)) {
                return false;
            }
            if (watch != null) {
                watch.end();
            }
            return true;
        }
    }
}
