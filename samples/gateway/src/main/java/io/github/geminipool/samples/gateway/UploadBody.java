package io.github.geminipool.samples.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;

/** A body that is forwarded while it arrives, and so can be sent only once. */
final class UploadBody extends RequestBody {

    private final Flux<DataBuffer> body;
    private final @Nullable MediaType type;
    private final long length;

    /**
     * Creates a body.
     *
     * @param length its length in bytes; -1 if unknown
     */
    UploadBody(Flux<DataBuffer> body, @Nullable MediaType type, long length) {
        this.body = body;
        this.type = type;
        this.length = length;
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
    public boolean isOneShot() {
        return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        try (Stream<DataBuffer> parts =
                body.doOnDiscard(DataBuffer.class, DataBufferUtils::release).toStream(1)) {
            for (Iterator<DataBuffer> each = parts.iterator(); each.hasNext(); ) {
                write(each.next(), sink);
            }
        } catch (RuntimeException e) {
            throw new IOException("The client's upload was interrupted", e);
        }
    }

    private static void write(DataBuffer part, BufferedSink sink) throws IOException {
        try (DataBuffer.ByteBufferIterator bytes = part.readableByteBuffers()) {
            while (bytes.hasNext()) {
                ByteBuffer next = bytes.next();
                while (next.hasRemaining()) {
                    sink.write(next);
                }
            }
        } finally {
            DataBufferUtils.release(part);
        }
    }
}
