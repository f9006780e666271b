package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.shared.Members;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.testing.MemoryStore;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A store that answers before {@link #reserve} returns, counts what it is asked, and throws where a test wants it. */
final class WatchedStore extends DelegatingStore {

    /** The number of orders. */
    int orders;

    /** The number of looks at its members, and of orders. */
    int looks;

    /** What the look of this number throws; 0 for none. */
    int throwsAt;

    @Nullable
    Error thrown;

    WatchedStore(VirtualTime time) {
        super(new MemoryStore(time, Runnable::run).withBooks().connect("one"));
    }

    private void look() {
        if (++looks == throwsAt && thrown != null) {
            throw thrown;
        }
    }

    @Override
    public Members members() {
        look();
        return super.members();
    }

    @Override
    public CompletionStage<Slots> reserve(SlotOrder order) {
        look();
        orders++;
        return super.reserve(order);
    }

    @Override
    public void close() {}
}
