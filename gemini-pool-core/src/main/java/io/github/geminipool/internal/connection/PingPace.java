package io.github.geminipool.internal.connection;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The interval at which new connections are pinged; longer once a server has asked for it. Thread-safe. */
final class PingPace {

    private static final Logger log = LoggerFactory.getLogger(PingPace.class);

    private static final int FACTOR = 3;
    private static final Duration MAX = Duration.ofMinutes(5);

    private final long configuredNanos;
    private final AtomicLong nanos;

    /**
     * Creates a pace.
     *
     * @param interval the time between two pings; 0 for none
     */
    PingPace(Duration interval) {
        this.configuredNanos = interval.toNanos();
        this.nanos = new AtomicLong(interval.toNanos());
    }

    Duration interval() {
        return Duration.ofNanos(nanos.get());
    }

    /** Returns whether a server has asked for fewer pings. */
    boolean isWidened() {
        return nanos.get() != configuredNanos;
    }

    /**
     * Widens the interval, unless another connection already has.
     *
     * @param tooShort the interval that the server found too short
     */
    void widen(Duration tooShort) {
        if (tooShort.isZero() || tooShort.compareTo(MAX) >= 0) {
            return;
        }
        Duration next = tooShort.multipliedBy(FACTOR);
        Duration wider = next.compareTo(MAX) > 0 ? MAX : next;
        if (nanos.compareAndSet(tooShort.toNanos(), wider.toNanos())) {
            log.warn(
                    "The server asks for fewer pings; new connections are pinged every {} instead of {}",
                    wider,
                    tooShort);
        }
    }
}
