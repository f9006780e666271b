package io.github.geminipool;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.internal.call.PoolCall;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.stream.Pull;
import java.util.Iterator;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A streamed call that begins when its first part is requested. */
final class PulledStream implements Pull<GenerateContentResponse> {

    private final PoolCall call;
    private final Supplier<GenerationStream> open;
    private @Nullable GenerationStream stream;
    private @Nullable Iterator<GenerateContentResponse> parts;

    /**
     * Creates a stream that has not begun.
     *
     * @param open makes the call, and returns when its first part has come
     */
    PulledStream(PoolCall call, Supplier<GenerationStream> open) {
        this.call = call;
        this.open = open;
    }

    @Override
    public Flow.Subscription named(Flow.Subscription subscription) {
        return new ServedSubscription(subscription, call);
    }

    @Override
    public boolean hasNext() {
        return parts().hasNext();
    }

    @Override
    public GenerateContentResponse next() {
        return parts().next();
    }

    private Iterator<GenerateContentResponse> parts() {
        Iterator<GenerateContentResponse> known = parts;
        if (known == null) {
            GenerationStream opened = open.get();
            stream = opened;
            known = opened.iterator();
            parts = known;
        }
        return known;
    }

    @Override
    public void cancel() {
        call.cancel();
    }

    @Override
    public void close() {
        GenerationStream opened = stream;
        if (opened != null) {
            opened.close();
        }
    }

    /** A subscription that knows what serves it. */
    private record ServedSubscription(Flow.Subscription subscription, PoolCall call) implements GenerationSubscription {

        @Override
        public @Nullable String model() {
            Lease lease = call.lastLease();
            return lease == null ? null : lease.model();
        }

        @Override
        public @Nullable String keyName() {
            Lease lease = call.lastLease();
            return lease == null ? null : lease.keyName();
        }

        @Override
        public int instanceIndex() {
            Lease lease = call.lastLease();
            return lease == null ? -1 : lease.instanceIndex();
        }

        @Override
        public void request(long n) {
            subscription.request(n);
        }

        @Override
        public void cancel() {
            subscription.cancel();
        }
    }
}
