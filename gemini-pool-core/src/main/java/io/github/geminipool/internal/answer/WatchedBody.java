package io.github.geminipool.internal.answer;

import java.io.IOException;
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
 * A response body that reports its end once: when it is exhausted, closed, fails, or is garbage-collected, whichever comes
 * first.
 */
public final class WatchedBody extends ResponseBody {

    /** Receives what happens to a body; exactly one of the methods that end it is called. */
    public interface End {

        /**
         * The reader got bytes.
         *
         * @param sink the buffer they are in; must not be kept
         * @param count how many of the buffer's last bytes they are
         */
        void passed(Buffer sink, long count) throws IOException;

        /** The body was read to its end. */
        void exhausted();

        /** The body was closed before its end. */
        void closed();

        /** The body was garbage-collected before its end. */
        void abandoned();

        /**
         * The body could not be read.
         *
         * @return the exception for the reader
         */
        IOException failed(IOException e);

        /** Ends a read that another thread is in: the body is not wanted any more. Does not block. */
        void wake();

        /** Returns whether the reader has left: it gets the end instead of an exception, which nobody would be there for. */
        boolean isLeft();

        /** There was no memory left to read or close the body. OkHttp may tell nobody then that the call has ended. */
        void endIsUnreported();
    }

    private final ResponseBody body;
    private final boolean isUnchanged;
    private final BufferedSource source;
    private final BodyLife life;

    private WatchedBody(ResponseBody body, boolean isUnchanged, WatchedSource source) {
        this.body = body;
        this.isUnchanged = isUnchanged;
        this.source = Okio.buffer(source);
        this.life = source.life;
    }

    /** Returns the life of its source, which does not keep the body reachable. */
    public BodyLife life() {
        return life;
    }

    /**
     * Replaces a response's body.
     *
     * @param response the response, but for its body
     * @param content the body's source, or a source that reads and changes it
     */
    public static Response wrap(
            Response.Builder response, ResponseBody body, Source content, End end, AbandonedBodies abandoned) {
        WatchedSource source = new WatchedSource(content, body, end, abandoned);
        source.life.begin();
        boolean isUnchanged = content == body.source();
        if (!isUnchanged) {
            response.removeHeader("Content-Length");
        }
        return response.body(new WatchedBody(body, isUnchanged, source)).build();
    }

    @Override
    public @Nullable MediaType contentType() {
        return body.contentType();
    }

    @Override
    public long contentLength() {
        return isUnchanged ? body.contentLength() : -1;
    }

    @Override
    public BufferedSource source() {
        return source;
    }

    private static final class WatchedSource extends ForwardingSource {

        private final BodyLife life;

        /** The events if the body is a stream; else null. */
        private final @Nullable EventStream events;

        private boolean exhausted;

        /** What the reader was told of a failure; null if there was none. */
        private @Nullable IOException failure;

        WatchedSource(Source upstream, ResponseBody body, End end, AbandonedBodies abandoned) {
            super(upstream);
            this.events = upstream instanceof EventStream stream ? stream : null;
            this.life = new BodyLife(abandoned, this, body, events, end);
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            if (failure != null) {
                throw failure;
            }
            if (exhausted || !life.beginRead()) {
                return -1;
            }
            try {
                return readNext(sink, byteCount);
            } finally {
                life.endRead();
            }
        }

        private long readNext(Buffer sink, long byteCount) throws IOException {
            long count;
            try {
                count = super.read(sink, byteCount);
            } catch (IOException e) {
                IOException told = life.end() ? life.end.failed(e) : e;
                if (life.end.isLeft()) {
                    exhausted = true;
                    return -1;
                }
                failure = told;
                throw told;
            } catch (VirtualMachineError e) {
                // The body may have come to its end: giving its connection back takes memory, too.
                life.end.endIsUnreported();
                throw e;
            }
            if (count < 0) {
                exhausted = true;
                exhausted();
            } else {
                life.end.passed(sink, count);
                if (events != null && events.isOver()) {
                    // The SDK throws the error and reads no further.
                    exhausted = true;
                    exhausted();
                }
            }
            return count;
        }

        private void exhausted() throws IOException {
            if (life.end()) {
                try {
                    // The upstream may stop reading before the end of the connection's body, which nothing else closes.
                    closeUpstream();
                } finally {
                    life.end.exhausted();
                }
            }
        }

        @Override
        public void close() throws IOException {
            if (!life.beginClose()) {
                life.leave();
                return;
            }
            try {
                closeUpstream();
            } finally {
                if (life.end()) {
                    life.end.closed();
                }
            }
        }

        private void closeUpstream() throws IOException {
            try {
                super.close();
            } catch (VirtualMachineError e) {
                life.end.endIsUnreported();
                throw e;
            }
        }
    }
}
