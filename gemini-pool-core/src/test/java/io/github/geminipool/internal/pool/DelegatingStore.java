package io.github.geminipool.internal.pool;

import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.Follower;
import io.github.geminipool.shared.Members;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.spi.SharedStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A store that does what another one does, but for what a test overrides. */
abstract class DelegatingStore implements SharedStore {

    private final SharedStore store;

    DelegatingStore(SharedStore store) {
        this.store = store;
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
        return store.members();
    }

    @Override
    public CompletionStage<Slots> reserve(SlotOrder order) {
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
    public void close() {
        store.close();
    }
}
