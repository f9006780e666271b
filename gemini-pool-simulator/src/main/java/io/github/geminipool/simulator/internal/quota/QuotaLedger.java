package io.github.geminipool.simulator.internal.quota;

import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.QuotaLeft;
import io.github.geminipool.simulator.ServiceTier;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The projects' usage of their quotas. Thread-safe. */
public final class QuotaLedger {
    private static final double PRIORITY_SHARE = 0.3;

    private final InstantSource clock;
    private final List<Quota> initial;
    private final List<Quota> quotas = new ArrayList<>();
    private final Map<Cell, Window> windows = new HashMap<>();

    /**
     * Creates a ledger without usage.
     *
     * @param clock clock for the windows
     * @param initial the quotas
     */
    public QuotaLedger(InstantSource clock, List<Quota> initial) {
        this.clock = clock;
        this.initial = List.copyOf(initial);
        reset();
    }

    /** Restores the initial quotas, without usage. */
    public synchronized void reset() {
        clear();
        quotas.addAll(initial);
    }

    /** Removes all quotas and their usage. */
    public synchronized void clear() {
        quotas.clear();
        windows.clear();
    }

    /**
     * Adds an unused quota.
     *
     * @param quota the quota
     */
    public synchronized void add(Quota quota) {
        quotas.add(quota);
    }

    /**
     * Admits a request and records its usage, or rejects it and records nothing. A priority request that is beyond its share of
     * a limit is treated as a standard one.
     *
     * @param project the request's project
     * @param model the request's model
     * @param cost what it takes
     * @param asked the tier that it asks for
     * @return the exceeded quotas, and the service tier that serves it
     */
    public synchronized Admission admit(String project, String model, Cost cost, ServiceTier asked) {
        Instant now = clock.instant();
        List<Quota> held =
                quotas.stream().filter(quota -> quota.holdsFor(project, model)).toList();
        boolean preferred = asked == ServiceTier.PRIORITY
                && held.stream()
                        .allMatch(quota -> priority(quota, project, model).used(now) + amount(quota, cost)
                                <= quota.limit() * PRIORITY_SHARE);
        List<Violation> violations = new ArrayList<>();
        for (Quota quota : held) {
            Window window = window(quota, project, model);
            long amount = amount(quota, cost);
            if (quota.limit() == 0 || window.used(now) + amount > quota.limit()) {
                violations.add(new Violation(
                        quota,
                        window.untilRoom(now, amount, quota.limit()),
                        quota.limit() == 0 || amount > quota.limit()));
            }
        }
        if (violations.isEmpty()) {
            for (Quota quota : held) {
                window(quota, project, model).add(now, amount(quota, cost));
                if (preferred) {
                    priority(quota, project, model).add(now, amount(quota, cost));
                }
            }
        }
        return new Admission(violations, asked == ServiceTier.PRIORITY && !preferred ? ServiceTier.STANDARD : asked);
    }

    /**
     * Returns the remaining quota of a project for a model.
     *
     * @param project the project
     * @param model the model
     * @return the currently remaining quota
     */
    public synchronized QuotaLeft left(String project, String model) {
        return new QuotaLeft(
                left(Quota.Unit.REQUESTS_PER_MINUTE, project, model),
                left(Quota.Unit.INPUT_TOKENS_PER_MINUTE, project, model),
                left(Quota.Unit.REQUESTS_PER_DAY, project, model));
    }

    /**
     * Returns the projects and models with usage.
     *
     * @return distinct pairs of project and model
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
        return windows.computeIfAbsent(new Cell(quota, project, model, false), cell -> newWindow(quota));
    }

    private Window priority(Quota quota, String project, String model) {
        return windows.computeIfAbsent(new Cell(quota, project, model, true), cell -> newWindow(quota));
    }

    private static Window newWindow(Quota quota) {
        if (quota.unit() == Quota.Unit.REQUESTS_PER_DAY) {
            return new FixedWindow(ChronoUnit.DAYS);
        }
        return quota.fixed() ? new FixedWindow(ChronoUnit.MINUTES) : new RollingMinute();
    }

    private static long amount(Quota quota, Cost cost) {
        return quota.unit() == Quota.Unit.INPUT_TOKENS_PER_MINUTE ? cost.inputTokens() : cost.requests();
    }

    private record Cell(Quota quota, String project, String model, boolean priority) {}
}
