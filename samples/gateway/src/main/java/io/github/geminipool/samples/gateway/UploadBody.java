package io.github.geminipool.samples.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
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
    private final Duration stallTimeout;
    private final Consumer<ByteBuffer> look;

    /**
     * Creates a body.
     *
     * @param length its length in bytes; -1 if unknown
     * @param stallTimeout how long the client may send nothing while more is expected
     * @param look gets each part before it is sent, on the sending thread, and throws if it must not be sent
     */
    UploadBody(
            Flux<DataBuffer> body,
            @Nullable MediaType type,
            long length,
            Duration stallTimeout,
            Consumer<ByteBuffer> look) {
        this.body = body;
        this.type = type;
        this.length = length;
        this.stallTimeout = stallTimeout;
        this.look = look;
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
        try (AwaitedParts parts = new AwaitedParts(stallTimeout)) {
            body.subscribe(parts);
            for (DataBuffer part = parts.next(); part != null; part = parts.next()) {
                write(part, sink);
            }
        } catch (RuntimeException e) {
            throw new IOException("The client's upload was interrupted", e);
        }
    }

    private void write(DataBuffer part, BufferedSink sink) throws IOException {
        try (DataBuffer.ByteBufferIterator bytes = part.readableByteBuffers()) {
            while (bytes.hasNext()) {
                ByteBuffer next = bytes.next();
                look.accept(next.duplicate());
                while (next.hasRemaining()) {
                    sink.write(next);
                }
            }
        } finally {
            DataBufferUtils.release(part);
        }
    }
}
