package io.github.geminipool.samples.gateway;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * The memory for the bodies of all requests, and of responses that wait for their clients. A client gets no more than it leaves free, so
 * that it can't take what others need. Thread-safe.
 */
@Component
class BodyMemory {

    /** By default, bodies may take this part of the heap. */
    private static final int PART_OF_HEAP = 2;

    private final long max;
    private final boolean isShared;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Long> ofClients = new HashMap<>();
    private long taken;

    BodyMemory(GatewayProperties properties) {
        DataSize configured = properties.maxBodiesSize();
        this.max = configured == null ? Runtime.getRuntime().maxMemory() / PART_OF_HEAP : configured.toBytes();
        this.isShared = properties.clients().size() > 1;
    }

    /** Returns how many bytes are taken. */
    long taken() {
        lock.lock();
        try {
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Returns a client's share of the memory, which is empty at first. */
    Share share(GatewayClient client) {
        return new Share(client.name());
    }

    private boolean take(String client, long bytes) {
        lock.lock();
        try {
            long own = ofClients.getOrDefault(client, 0L) + bytes;
            long free = max - taken - bytes;
            if (free < 0 || (isShared && own > free)) {
                return false;
            }
            change(client, bytes);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void give(String client, long bytes) {
        lock.lock();
        try {
            change(client, -bytes);
        } finally {
            lock.unlock();
        }
    }

    private void change(String client, long bytes) {
        taken += bytes;
        ofClients.merge(client, bytes, (before, more) -> before + more == 0 ? null : before + more);
    }

    /** What one request and its response take, until it is closed. */
    final class Share implements AutoCloseable {

        private final String client;
        private long bytes;
        private boolean isClosed;

        private Share(String client) {
            this.client = client;
        }

        /** Returns the maximum size of the share if there were no others. */
        long max() {
            return isShared ? max / 2 : max;
        }

        /** Makes the share at least this large; returns false if its client or the others have too much. */
        boolean reach(long size) {
            lock.lock();
            try {
                long more = size - bytes;
                return more <= 0 || add(more);
            } finally {
                lock.unlock();
            }
        }

        /** Makes the share larger; returns false if its client or the others have too much. */
        boolean add(long more) {
            lock.lock();
            try {
                if (isClosed || !take(client, more)) {
                    return false;
                }
                bytes += more;
                return true;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                isClosed = true;
                give(client, bytes);
                bytes = 0;
            } finally {
                lock.unlock();
            }
        }
    }
}
