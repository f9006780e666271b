package io.github.geminipool.internal.books;

import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.shared.AnswerLostException;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.shared.Follower;
import io.github.geminipool.shared.Members;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.Slots;
import io.github.geminipool.spi.SharedStore;
import io.github.geminipool.testing.BooksTwin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Books in memory that answer at once, some of which can't be had; its owner runs out of memory where a test wants it. */
final class FaultyStore implements SharedStore {

    private final VirtualTime time;
    private final Map<QuotaBucket, BooksTwin> books = new HashMap<>();

    /** The projects whose books can't be had. */
    final Set<String> down = new HashSet<>();

    /** The orders that are applied, but whose answers are lost. */
    Predicate<SlotOrder> losesAnswer = order -> false;

    /** Whether answers come only when it is woken. */
    boolean isAsleep;

    private final List<Runnable> late = new ArrayList<>();

    final List<SlotOrder> orders = new ArrayList<>();

    /** The number of looks at its members. */
    int looks;

    /** The look that is the last one for which there is memory; 0 for none. */
    int throwsAt;

    FaultyStore(VirtualTime time) {
        this.time = time;
    }

    @Override
    public String namespace() {
        return "test";
    }

    @Override
    public String replica() {
        return "one";
    }

    @Override
    public Duration timeout() {
        return Duration.ofMillis(150);
    }

    @Override
    public Members members() {
        if (++looks == throwsAt) {
            throw new OutOfMemoryError("a test");
        }
        return new Members(List.of("one"));
    }

    @Override
    public @Nullable Instant aloneSince() {
        return down.isEmpty() ? null : time.now();
    }

    @Override
    public CompletionStage<Slots> reserve(SlotOrder order) {
        orders.add(order);
        if (down.contains(order.bucket().project())) {
            return CompletableFuture.failedFuture(new IllegalStateException("down"));
        }
        Slots answer = books.computeIfAbsent(order.bucket(), any -> new BooksTwin())
                .ask(time.now().toEpochMilli() * 1_000 + orders.size(), order);
        if (isAsleep) {
            CompletableFuture<Slots> later = new CompletableFuture<>();
            late.add(() -> later.complete(answer));
            return later;
        }
        return losesAnswer.test(order)
                ? CompletableFuture.failedFuture(
                        new CompletionException(new AnswerLostException("lost", new IllegalStateException())))
                : CompletableFuture.completedFuture(answer);
    }

    void wake() {
        isAsleep = false;
        late.forEach(Runnable::run);
    }

    @Override
    public void publish(Fact fact) {}

    @Override
    public void retract(FactKind kind, String name) {}

    @Override
    public CompletionStage<List<Fact>> read(FactKind kind) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public Following follow(Follower follower) {
        return () -> {};
    }

    @Override
    public void close() {}
}
