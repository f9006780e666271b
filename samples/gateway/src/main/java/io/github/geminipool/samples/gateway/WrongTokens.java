package io.github.geminipool.samples.gateway;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Slows down guessing of tokens and passwords, by address, or by network for IPv6. Right ones are not slowed down, so that nobody
 * can lock others out; tokens are too long to be guessed. Thread-safe.
 */
@Component
class WrongTokens {

    private static final int MAX_ADDRESSES = 10_000;
    private static final int MAX_WAITING = 16;
    private static final int MAX_DOUBLINGS = 5;
    private static final int NETWORK_BYTES = 8;

    private static final class Address {

        private int wrong;
        private int waiting;
    }

    private final Duration delay;
    private final ReentrantLock lock = new ReentrantLock();
    /** Least recently used first. */
    private final Map<String, Address> addresses = new LinkedHashMap<>(16, 0.75f, true);

    WrongTokens(GatewayProperties properties) {
        this.delay = properties.wrongTokenDelay();
    }

    /**
     * Returns a signal that completes when the response to a wrong token may be sent.
     *
     * @return true after the wait; false at once if too many requests from this address are waiting
     */
    Mono<Boolean> answered(@Nullable InetSocketAddress from) {
        return Mono.defer(() -> {
            String network = network(from);
            int doublings = begin(network);
            return doublings < 0
                    ? Mono.just(false)
                    : Mono.delay(delay.multipliedBy(1L << doublings))
                            .thenReturn(true)
                            .doFinally(signal -> end(network));
        });
    }

    private int begin(String network) {
        lock.lock();
        try {
            Address address = addresses.computeIfAbsent(network, unknown -> new Address());
            if (addresses.size() > MAX_ADDRESSES) {
                addresses.remove(addresses.keySet().iterator().next());
            }
            if (address.waiting >= MAX_WAITING) {
                return -1;
            }
            address.waiting++;
            address.wrong = Math.min(address.wrong + 1, MAX_DOUBLINGS + 1);
            return address.wrong - 1;
        } finally {
            lock.unlock();
        }
    }

    private void end(String network) {
        lock.lock();
        try {
            Address address = addresses.get(network);
            if (address != null) {
                address.waiting--;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgives an address its wrong tokens, because it has sent a right one. */
    void right(@Nullable InetSocketAddress from) {
        lock.lock();
        try {
            if (!addresses.isEmpty()) {
                Address address = addresses.get(network(from));
                if (address != null) {
                    address.wrong = 0;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static String network(@Nullable InetSocketAddress from) {
        InetAddress address = from == null ? null : from.getAddress();
        if (address == null) {
            return "";
        }
        byte[] bytes = address.getAddress();
        return Arrays.toString(bytes.length > NETWORK_BYTES ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
    }
}
