package io.github.geminipool.internal.pool;

import io.github.geminipool.internal.books.LimitSharing;
import io.github.geminipool.internal.books.QuotaSharing;
import io.github.geminipool.internal.books.SlotTraffic;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.VirtualTime;
import io.github.geminipool.internal.turn.Callers;
import io.github.geminipool.key.Limits;
import io.github.geminipool.key.Use;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.shared.Fact;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.spi.SelectionStrategy;
import io.github.geminipool.spi.SharedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A replica with two models, in virtual time, whose callers have limits that hold over all replicas. */
final class CallerReplica implements BooksFollower {

    private static final String PROJECT = "k1";

    final VirtualTime time;
    final SharedStore store;
    final PoolFixture fixture;
    final ModelPool first;
    final ModelPool second;
    final Callers callers;

    /** When calls got leases, in nanoseconds. */
    final List<Long> grants = new ArrayList<>();

    /** Creates a replica whose projects have no limits. */
    CallerReplica(VirtualTime time, SharedStore store, CallerLimits... limits) {
        this(time, store, Limits.NONE, limits);
    }

    /** Creates a replica with limits of a single project, which hold over all replicas, too. */
    CallerReplica(VirtualTime time, SharedStore store, Limits ofProject, CallerLimits... limits) {
        this.time = time;
        this.store = store;
        this.fixture = new PoolFixture(
                200,
                SelectionStrategy.of(Selection.ROUND_ROBIN),
                PoolFixture.projects(1),
                ofProject,
                time,
                new QuotaSharing(store, project -> project, model -> model, (name, model) -> {}));
        this.first = new ModelPool("first", 0, 200, 0, true, fixture.context, this::lookAgain);
        this.second = new ModelPool("second", 0, 200, 1, true, fixture.context, this::lookAgain);
        this.callers = new Callers(List.of(limits), time.clock(), new LimitSharing(store, time.clock(), time));
        store.follow(this);
    }

    private void lookAgain() {
        first.lookAgain();
        second.lookAgain();
    }

    LeaseRequest request(ModelPool pool, String caller, Demand demand, Duration wait) {
        return request(pool, caller, demand, wait, request -> {
            if (request.lease() != null) {
                grants.add(time.clock().nanos());
            }
        });
    }

    LeaseRequest request(
            ModelPool pool, String caller, Demand demand, Duration wait, Consumer<LeaseRequest> whenSettled) {
        LeaseRequest[] made = new LeaseRequest[1];
        made[0] = new CallerLeaseRequest(
                callers.of(caller),
                false,
                true,
                true,
                KeyFilter.ANY,
                demand,
                Use.PLAIN,
                time.clock().after(wait),
                false,
                false,
                false,
                null,
                () -> whenSettled.accept(made[0]));
        pool.request(made[0]);
        return made[0];
    }

    LeaseRequest request(String caller, Duration wait) {
        return request(first, caller, Demand.REQUEST, wait);
    }

    /** Makes a number of requests, of both models in turn. */
    List<LeaseRequest> requests(int number, String caller, Duration wait) {
        List<LeaseRequest> made = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            made.add(request(i % 2 == 0 ? first : second, caller, Demand.REQUEST, wait));
        }
        return made;
    }

    static QuotaBucket projectsBucket() {
        return new QuotaBucket(PROJECT, "first");
    }

    void close() {
        first.close();
        second.close();
        callers.close();
    }

    @Override
    public void all(List<Fact> facts) {
        first.changeBooks(SlotTraffic::verify);
        second.changeBooks(SlotTraffic::verify);
        callers.verifyBooks();
    }

    @Override
    public void lost(QuotaBucket bucket) {
        first.changeBooks(books -> books.lost(bucket));
        second.changeBooks(books -> books.lost(bucket));
        callers.booksLost(bucket);
    }
}
