package io.github.geminipool.samples.gateway;

import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** The memory for the bodies of all requests. Thread-safe. */
@Component
class BodyMemory {

    /** By default, bodies may take one part in this many of the heap. */
    private static final int PART_OF_HEAP = 4;

    private final long max;
    private final AtomicLong taken = new AtomicLong();

    BodyMemory(GatewayProperties properties) {
        DataSize configured = properties.maxBodiesSize();
        this.max = configured == null ? Runtime.getRuntime().maxMemory() / PART_OF_HEAP : configured.toBytes();
    }

    /** Returns how many bytes are taken. */
    long taken() {
        return taken.get();
    }

    /** Returns a share of the memory, which is empty at first. */
    Share share() {
        return new Share();
    }

    private boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= max) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    /** What one body takes, until it is closed. */
    final class Share implements AutoCloseable {

        private final AtomicLong bytes = new AtomicLong();

        /** Returns the maximum size of the share if there were no others. */
        long max() {
            return max;
        }

        /** Makes the share at least this large; returns false if others have too much. */
        boolean reach(long size) {
            long more = size - bytes.get();
            if (more > 0 && !take(more)) {
                return false;
            }
            bytes.addAndGet(Math.max(0, more));
            return true;
        }

        @Override
        public void close() {
            taken.addAndGet(-bytes.getAndSet(0));
        }
    }
}
