package io.github.geminipool.autoconfigure.metrics;

import io.github.geminipool.redis.RedisSharedStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** The meters of what replicas share. They query the store when they are read. */
final class SharedStoreMeters implements MeterBinder {

    static final String ASKS = "gemini.pool.shared.asks";
    static final String UNANSWERED = "gemini.pool.shared.unanswered";
    static final String BOOKS_LOST = "gemini.pool.shared.books.lost";
    static final String REPLICAS = "gemini.pool.shared.replicas";
    static final String ALONE = "gemini.pool.shared.alone";

    private final RedisSharedStore store;

    SharedStoreMeters(RedisSharedStore store) {
        this.store = store;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder(ASKS, store, one -> one.stats().asks())
                .description("Orders of slots sent to Redis")
                .register(registry);
        FunctionCounter.builder(UNANSWERED, store, one -> one.stats().unanswered())
                .description("Orders of slots that Redis refused, or did not answer in time")
                .register(registry);
        FunctionCounter.builder(BOOKS_LOST, store, one -> one.stats().booksLost())
                .description("How often this replica found that Redis had lost books")
                .register(registry);
        Gauge.builder(REPLICAS, store, one -> one.stats().replicas())
                .description("Replicas that share, as far as this replica knows")
                .register(registry);
        Gauge.builder(ALONE, store, one -> one.stats().aloneSince() == null ? 0 : 1)
                .description("1 while Redis does not serve this replica, else 0")
                .register(registry);
    }
}
