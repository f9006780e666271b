package io.github.geminipool.internal.pool;

import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.spi.SharedStore;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A store that reports each order on the thread that sends it. */
final class RecordingStore extends DelegatingStore {

    private final Consumer<SlotOrder> ordered;

    RecordingStore(SharedStore store, Consumer<SlotOrder> ordered) {
        super(store);
        this.ordered = ordered;
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(5);
    }

    @Override
    public CompletionStage<Slots> reserve(SlotOrder order) {
        ordered.accept(order);
        return super.reserve(order);
    }
}
