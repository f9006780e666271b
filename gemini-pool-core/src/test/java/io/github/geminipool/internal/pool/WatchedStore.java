package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.Follower;
import io.github.geminipool.shared.Members;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.spi.SharedStore;
import io.github.geminipool.testing.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A store that answers before {@link #reserve} returns, counts what it is asked, and throws where a test wants it. */
final class WatchedStore implements SharedStore {

    private final SharedStore store;

    /** The number of orders. */
    int orders;

    /** The number of looks at its members, and of orders. */
    int looks;

    /** What the look of this number throws; 0 for none. */
    int throwsAt;

    @Nullable
    Error thrown;

    WatchedStore(VirtualTime time) {
        this.store = new MemoryStore(time, Runnable::run).withBooks().connect("one");
    }

    private void look() {
        if (++looks == throwsAt && thrown != null) {
            throw thrown;
        }
    }

    @Override
    public String namespace() {
        return store.namespace();
    }

    @Override
    public String replica() {
        return store.replica();
    }

    @Override
    public Duration timeout() {
        return store.timeout();
    }

    @Override
    public Members members() {
        look();
        return store.members();
    }

    @Override
    public CompletionStage<Slots> reserve(SlotOrder order) {
        look();
        orders++;
        return store.reserve(order);
    }

    @Override
    public void publish(Fact fact) {
        store.publish(fact);
    }

    @Override
    public void retract(FactKind kind, String name) {
        store.retract(kind, name);
    }

    @Override
    public CompletionStage<List<Fact>> read(FactKind kind) {
        return store.read(kind);
    }

    @Override
    public Following follow(Follower follower) {
        return store.follow(follower);
    }

    @Override
    public void close() {}
}
