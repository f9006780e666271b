package io.github.geminipool.internal.order;

import io.github.geminipool.internal.books.HeldTurns;
import io.github.geminipool.internal.books.ReplicaLedger;
import io.github.geminipool.internal.books.ReplicaLedgers;
import io.github.geminipool.internal.books.SlotTraffic;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.choice.ModelKeys;
import io.github.geminipool.internal.choice.SlotSource;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.turn.InTurn;
import io.github.geminipool.internal.turn.WaitingQueue;
import io.github.geminipool.shared.SlotSize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Decides which slots of a shared store to order for the waiting requests. Guarded by the model pool's lock. */
public final class SlotOrders {

    /** A slot is still useful if it comes at most this much later than another project's is expected to. */
    private static final long TOLERANCE_NANOS = 20_000_000L;

    /** Maximum number of waiting requests looked at for which no project may be asked. */
    private static final int MOST_SKIPPED = 64;

    /** One part in this many of the estimated tokens is ordered on top of them. */
    private static final int MARGIN = 32;

    private final ModelKeys keys;
    private final ReplicaLedgers ledgers;
    private final SlotTraffic traffic;
    private int tokenLimits;

    private SlotOrders(
            ModelKeys keys, ReplicaLedgers ledgers, PoolClock clock, Scheduler scheduler, Consumer<Runnable> changes) {
        this.keys = keys;
        this.ledgers = ledgers;
        this.traffic = new SlotTraffic(ledgers, clock, scheduler, changes, this::ledgerAnswered);
    }

    /**
     * Returns the orders of a pool; null unless replicas share its quotas.
     *
     * @param changes runs a change under the model pool's lock, and then serves the waiting requests
     */
    public static @Nullable SlotOrders of(
            ModelKeys keys, PoolClock clock, Scheduler scheduler, Consumer<Runnable> changes) {
        ReplicaLedgers replicas = keys.quotas().replicas();
        return replicas == null ? null : new SlotOrders(keys, replicas, clock, scheduler, changes);
    }

    /** Returns the messages between the pool and the store, in both directions. */
    public SlotTraffic traffic() {
        return traffic;
    }

    private void ledgerAnswered(ReplicaLedger ledger) {
        if (ledger.tokenLimit() != tokenLimits) {
            tokenLimits = ledger.tokenLimit();
            keys.quotas().limitsChanged();
        }
        keys.ledgerAnswered(ledger);
    }

    /**
     * Decides what to order for the waiting requests, and what to give back.
     *
     * @param idle the number of instances that are free for them
     * @param includingFirsts whether first attempts may begin
     * @param background the number of background first attempts that may begin now
     * @param servedAt when all waiting requests were last looked at
     */
    public void decide(
            WaitingQueue<? extends SlotUser> waiting,
            int idle,
            boolean includingFirsts,
            int background,
            long servedAt,
            long now) {
        int needed = Math.min(waiting.ready() - Math.max(0, waiting.backgroundFirsts() - background), idle);
        if (needed > 0) {
            // They fit no waiting request: a key is excluded, or only larger requests wait now.
            ledgers.giveBackUnused(servedAt, now);
        }
        CallersAhead ahead = new CallersAhead();
        InTurn<? extends SlotUser> inTurn = new InTurn<>(
                waiting.walk(false),
                includingFirsts,
                background,
                user -> !user.isLimited() || user.isAdmittedBehind(ahead, tokens(user), now));
        Set<SlotUser> served = served(inTurn, needed, now);
        ledgers.giveBackBeyond(needed);
        order(inTurn, needed - served.size() - ledgers.asked(), served, now);
        traffic.report(now);
    }

    /** Returns the requests that held slots will serve. Useless slots are given back if more are held than needed. */
    private Set<SlotUser> served(InTurn<? extends SlotUser> inTurn, int needed, long now) {
        if (needed == 0 || ledgers.held() == 0) {
            return Set.of();
        }
        boolean areMore = ledgers.held() > needed;
        HeldTurns turns = HeldTurns.of(ledgers);
        IdentityHashMap<ReplicaLedger, Boolean> usable = new IdentityHashMap<>();
        Set<SlotUser> served = Collections.newSetFromMap(new IdentityHashMap<>());
        int skipped = 0;
        int number = 0;
        SlotUser request = inTurn.at(0);
        while (request != null && served.size() < needed && skipped <= MOST_SKIPPED && !turns.isEmpty()) {
            KeyFilter filter = request.filter();
            Predicate<ReplicaLedger> mayUse = request.isPlain()
                    ? ledger -> usable.computeIfAbsent(ledger, of -> keys.mayUse(of, filter, now))
                    : ledger -> keys.mayUse(ledger, filter, now);
            if (request.demand().isCounted() && turns.take(sizeOf(request.demand()), mayUse)) {
                served.add(request);
            } else {
                skipped++;
            }
            request = inTurn.at(++number);
        }
        if (areMore) {
            turns.giveBack();
        }
        return served;
    }

    private void order(InTurn<? extends SlotUser> inTurn, int most, Set<SlotUser> served, long now) {
        int needed = most;
        int skipped = 0;
        boolean isPlainInVain = false;
        int number = 0;
        // Slots go to those whose turn is next: their deadlines count, even if requests behind them order.
        int first = 0;
        SlotUser request = needed <= 0 ? null : inTurn.at(0);
        while (request != null && needed > 0 && skipped <= MOST_SKIPPED) {
            if (!served.contains(request)) {
                boolean isInVain = request.isPlain() && isPlainInVain;
                SlotUser eldest = inTurn.at(first);
                boolean isForEldest = eldest != null && eldest.isPlain() && request.isPlain();
                SlotUser user = isForEldest && eldest != null ? eldest : request;
                SlotSource source = isInVain || !request.demand().isCounted()
                        ? null
                        : keys.slotSource(request.filter(), user.deadlineNanos(), now);
                if (source == null) {
                    skipped++;
                    isPlainInVain |= request.isPlain();
                } else {
                    needed -= order(source, inTurn, number, isForEldest ? first : number, needed, served, now);
                }
                first++;
            }
            request = inTurn.at(++number);
        }
    }

    /** Orders slots for a request, and for requests behind it that accept any key; returns how many. */
    private int order(
            SlotSource source,
            InTurn<? extends SlotUser> inTurn,
            int first,
            int user,
            int needed,
            Set<SlotUser> served,
            long now) {
        List<SlotSize> sizes = sizes(source, inTurn, first, needed, served);
        long deadline = 0;
        int users = 0;
        int number = user;
        SlotUser next = inTurn.at(user);
        while (next != null && users < sizes.size()) {
            if (number == user || next.isPlain()) {
                // A slot that comes too late for one of them is of use to those behind it.
                deadline = users == 0 ? next.deadlineNanos() : Math.max(deadline, next.deadlineNanos());
                users++;
            }
            next = inTurn.at(++number);
        }
        long until = needed >= source.projects() ? deadline : Math.min(deadline, usefulUntil(source, now));
        traffic.order(source.ledger(), sizes, Math.max(0, until - now), now);
        return sizes.size();
    }

    private List<SlotSize> sizes(
            SlotSource source, InTurn<? extends SlotUser> inTurn, int first, int needed, Set<SlotUser> served) {
        SlotUser request = inTurn.at(first);
        boolean isPlain = request != null && request.isPlain();
        int most = isPlain ? Math.max(1, (needed + source.projects() - 1) / source.projects()) : 1;
        List<SlotSize> sizes = new ArrayList<>(most);
        int number = first;
        while (request != null && sizes.size() < most) {
            if (number == first || (request.isPlain() && !served.contains(request))) {
                sizes.add(withMargin(request.demand(), source.ledger().tokenLimit()));
            }
            request = inTurn.at(++number);
        }
        return sizes;
    }

    /** If few slots are needed, a slot is useless if it comes much later than another project's. */
    private static long usefulUntil(SlotSource source, long now) {
        long next = source.nextAtNanos();
        return next == PoolClock.NEVER ? next : next + Math.max(TOLERANCE_NANOS, (next - now) / 2);
    }

    /** The estimate may grow before the slot is used, and the slot would then be too small. */
    private SlotSize withMargin(Demand demand, int tokenLimit) {
        SlotSize size = sizeOf(demand);
        long tokens = size.tokens();
        return !demand.isEstimated() || tokens == 0 || tokens >= tokenLimit
                ? size
                : new SlotSize(size.requests(), Math.min(tokenLimit, tokens + 1 + tokens / MARGIN));
    }

    private SlotSize sizeOf(Demand demand) {
        return new SlotSize(demand.requests(), Demand.tokensOf(keys.quotas().reserve(demand)));
    }

    private long tokens(SlotUser request) {
        return Demand.tokensOf(keys.quotas().reserve(request.demand()));
    }
}
