package io.github.geminipool.internal.call;

import io.github.geminipool.internal.connection.Connections;
import io.github.geminipool.internal.time.LastNet;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import okhttp3.Call;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends calls for which nothing arrives any more while Okio's watchdog is dead, since a read of HTTP/2 would then wait for ever. A
 * reader that pauses for longer than the read timeout also loses its response, since there is no telling why it pauses. While the
 * watchdog lives, this does nothing. Belongs to one thread.
 */
public final class StalledCalls implements LastNet.Look {

    /** What is known about a call: its progress at the last look, and for how many looks it has not changed. */
    private record Seen(int progress, int looks) {

        Seen next(int now) {
            return new Seen(now, now == progress ? looks + 1 : 0);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(StalledCalls.class);

    private final ActiveCalls calls;
    private final Supplier<List<Call>> probes;
    private final Connections connections;
    private final long maxLooks;
    private Map<Call, Seen> seen = Map.of();
    private boolean reported;

    /**
     * Creates the safety net for calls and probes.
     *
     * @param probes returns the probes that are being sent
     * @param readTimeout for how long nothing may arrive, with one look a second
     */
    public StalledCalls(ActiveCalls calls, Supplier<List<Call>> probes, Connections connections, Duration readTimeout) {
        this.calls = calls;
        this.probes = probes;
        this.connections = connections;
        this.maxLooks = readTimeout.toSeconds() + 1;
    }

    @Override
    public boolean look() {
        boolean isDead = connections.areTimeoutsDead();
        if (isDead) {
            report();
            endStalled();
        } else {
            seen = Map.of();
        }
        reported = isDead;
        return calls.count() > 0 || !probes.get().isEmpty();
    }

    private void report() {
        if (!reported) {
            log.warn("Okio's watchdog thread is dead, and with it all timeouts of OkHttp in this process; the pool ends"
                    + " calls for which nothing arrives a little later. Restart the process");
        }
    }

    private void endStalled() {
        Map<Call, Seen> now = new HashMap<>();
        for (CallContext context : calls.contexts()) {
            if (context.isExchanging() && isStalled(context.call(), context.progress(), now)) {
                context.stall();
            }
        }
        for (Call probe : probes.get()) {
            if (isStalled(probe, 0, now)) {
                probe.cancel();
            }
        }
        seen = now;
    }

    private boolean isStalled(Call call, int progress, Map<Call, Seen> now) {
        Seen before = seen.get(call);
        Seen next = before == null ? new Seen(progress, 0) : before.next(progress);
        now.put(call, next);
        return next.looks() > maxLooks;
    }
}
