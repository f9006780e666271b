package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.turn.Caller;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallTrace;
import org.jspecify.annotations.Nullable;

/** A request for a lease of a call that names its caller, or gives way to others; most do neither, and need no room for it. */
public final class CallerLeaseRequest extends LeaseRequest {

    private final Caller caller;
    private final boolean background;

    /**
     * Creates a request.
     *
     * @param caller for whom the call is made
     * @param background whether interactive calls go first
     * @see LeaseRequest
     */
    public CallerLeaseRequest(
            Caller caller,
            boolean background,
            KeyFilter filter,
            Demand demand,
            Use use,
            long deadlineNanos,
            boolean retry,
            boolean fallback,
            boolean explained,
            @Nullable CallTrace trace,
            @Nullable Runnable onSettled) {
        super(filter, demand, use, deadlineNanos, retry, fallback, explained, trace, onSettled);
        this.caller = caller;
        this.background = background;
    }

    @Override
    public Caller caller() {
        return caller;
    }

    @Override
    public boolean isBackground() {
        return background;
    }
}
