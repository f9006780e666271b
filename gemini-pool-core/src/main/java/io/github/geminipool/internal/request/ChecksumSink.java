package io.github.geminipool.internal.request;

import java.util.zip.Checksum;
import okio.Buffer;
import okio.Sink;
import okio.Timeout;

/** Computes the checksum of what is written to it, and keeps nothing. */
final class ChecksumSink implements Sink {

    private final Checksum checksum;

    ChecksumSink(Checksum checksum) {
        this.checksum = checksum;
    }

    @Override
    public void write(Buffer source, long byteCount) {
        byte[] chunk = new byte[(int) Math.min(byteCount, 8192)];
        long left = byteCount;
        while (left > 0) {
            int count = source.read(chunk, 0, (int) Math.min(left, chunk.length));
            checksum.update(chunk, 0, count);
            left -= count;
        }
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
