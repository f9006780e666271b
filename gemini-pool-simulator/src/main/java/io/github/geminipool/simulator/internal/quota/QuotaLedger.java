package io.github.geminipool.simulator.internal.quota;

import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.QuotaLeft;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What every project used of its quotas. Thread-safe. */
public final class QuotaLedger {
    private final InstantSource clock;
    private final List<Quota> initial;
    private final List<Quota> quotas = new ArrayList<>();
    private final Map<Cell, Window> windows = new HashMap<>();

    /**
     * Books in which nothing is used.
     *
     * @param clock tells the time of windows
     * @param initial the quotas
     */
    public QuotaLedger(InstantSource clock, List<Quota> initial) {
        this.clock = clock;
        this.initial = List.copyOf(initial);
        reset();
    }

    /** Goes back to the first quotas, with nothing used. */
    public synchronized void reset() {
        clear();
        quotas.addAll(initial);
    }

    /** Forgets all quotas and what was used of them. */
    public synchronized void clear() {
        quotas.clear();
        windows.clear();
    }

    /**
     * Adds a quota, of which nothing is used.
     *
     * @param quota the quota
     */
    public synchronized void add(Quota quota) {
        quotas.add(quota);
    }

    /**
     * Admits a request and books it, or refuses it and books nothing.
     *
     * @param project whose
     * @param model for what
     * @param inputTokens of its prompt
     * @return the quotas without room; empty if it was admitted
     */
    public synchronized List<Violation> admit(String project, String model, long inputTokens) {
        Instant now = clock.instant();
        List<Violation> violations = new ArrayList<>();
        for (Quota quota : quotas) {
            if (quota.holdsFor(project, model)) {
                Window window = window(quota, project, model);
                long amount = amount(quota, inputTokens);
                if (quota.limit() == 0 || window.used(now) + amount > quota.limit()) {
                    violations.add(new Violation(quota, window.untilRoom(now, amount, quota.limit())));
                }
            }
        }
        if (violations.isEmpty()) {
            for (Quota quota : quotas) {
                if (quota.holdsFor(project, model)) {
                    window(quota, project, model).book(now, amount(quota, inputTokens));
                }
            }
        }
        return violations;
    }

    /**
     * The room of a project for a model.
     *
     * @param project whose
     * @param model for what
     * @return what is left now
     */
    public synchronized QuotaLeft left(String project, String model) {
        return new QuotaLeft(
                left(Quota.Unit.REQUESTS_PER_MINUTE, project, model),
                left(Quota.Unit.INPUT_TOKENS_PER_MINUTE, project, model),
                left(Quota.Unit.REQUESTS_PER_DAY, project, model));
    }

    /**
     * The projects and models that used something.
     *
     * @return pairs of both, each once
     */
    public synchronized List<Map.Entry<String, String>> pairs() {
        return windows.keySet().stream()
                .map(cell -> Map.entry(cell.project(), cell.model()))
                .distinct()
                .sorted(Map.Entry.<String, String>comparingByKey().thenComparing(Map.Entry.comparingByValue()))
                .toList();
    }

    private long left(Quota.Unit unit, String project, String model) {
        Instant now = clock.instant();
        return quotas.stream()
                .filter(quota -> quota.unit() == unit && quota.holdsFor(project, model))
                .mapToLong(quota -> Math.max(
                        0, quota.limit() - window(quota, project, model).used(now)))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private Window window(Quota quota, String project, String model) {
        return windows.computeIfAbsent(new Cell(quota, project, model), cell -> newWindow(quota));
    }

    private static Window newWindow(Quota quota) {
        if (quota.unit() == Quota.Unit.REQUESTS_PER_DAY) {
            return new FixedWindow(ChronoUnit.DAYS);
        }
        return quota.fixed() ? new FixedWindow(ChronoUnit.MINUTES) : new RollingMinute();
    }

    private static long amount(Quota quota, long inputTokens) {
        return quota.unit() == Quota.Unit.INPUT_TOKENS_PER_MINUTE ? inputTokens : 1;
    }

    private record Cell(Quota quota, String project, String model) {}
}
