package io.github.geminipool.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/** The tables of a run with their targets. */
final class Report {

    private static final double FEW_KEYS_NANOS = 500;
    private static final double FEW_KEYS_NANOS_AT_FOUR_THREADS = 1_600;
    private static final double FEW_KEYS_BYTES = 256;
    private static final double MANY_KEYS_FACTOR = 1.5;
    private static final double SNAPSHOT_NANOS = 50_000;
    private static final double CALL_NANOS = 1_800;
    private static final double CALL_BYTES = 3_072;
    private static final double THROUGHPUT = 0.9;
    private static final double PLATEAU = 0.01;
    private static final double FAILOVER_MICROS = 1_000;

    private Report() {}

    static Table machine() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return new Table("The machine", "cores", "JVM", "OS", "load before")
                .row(
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.vm.name") + " " + Runtime.version(),
                        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                        Table.decimal(load));
    }

    static Table acquire(List<Measured> all) {
        Table table = new Table(
                "Acquire and complete: ns of the best iteration (median)",
                "keys",
                "half cooling down",
                "quotas kept",
                "threads",
                "ns",
                "at most",
                "",
                "B",
                "at most",
                "");
        all.stream().filter(one -> one.isOf("acquireAndComplete")).forEach(one -> {
            double factor = one.keys() <= 10 ? 1 : MANY_KEYS_FACTOR;
            double nanos = factor * (one.threads() == 1 ? FEW_KEYS_NANOS : FEW_KEYS_NANOS_AT_FOUR_THREADS);
            double bytes = factor * FEW_KEYS_BYTES;
            table.row(
                    Table.number(one.keys()),
                    one.halfCoolingDown() ? "yes" : "no",
                    one.quotas() ? "yes" : "no",
                    one.threads(),
                    one,
                    Table.number(nanos),
                    Table.verdict(one.bestNanos(), nanos),
                    Table.number(one.bytes()),
                    Table.number(bytes),
                    Table.verdict(one.bytes(), bytes));
        });
        return table;
    }

    static Table rivals(List<Measured> all) {
        Table table = new Table(
                "What else there is, for one key: ns of the best iteration (median)",
                "what",
                "1 thread",
                "4 threads",
                "B");
        row(table, all, "Resilience4j: breaker + limiter + bulkhead", "resilience4jStack");
        row(table, all, "HikariCP: borrow and return", "hikariBorrowAndReturn");
        row(table, all, "Bucket4j", "bucket4jBucket");
        row(table, all, "Guava's limiter", "guavaLimiter");
        row(table, all, "Failsafe's limiter", "failsafeLimiter");
        row(table, all, "Semaphore", "semaphore");
        return table;
    }

    private static void row(Table table, List<Measured> all, String name, String method) {
        Measured alone = find(all, method, 1);
        table.row(name, alone, find(all, method, 4), Table.number(alone.bytes()));
    }

    private static Measured find(List<Measured> all, String method, int threads) {
        return all.stream()
                .filter(one -> one.isOf(method) && one.threads() == threads)
                .findFirst()
                .orElseThrow();
    }

    static Table wholeCall(List<Measured> all, AlternatingCalls.Result alternating) {
        Measured bare = find(all, "bareSdk", 1);
        Measured pooled = find(all, "withPool", 1);
        double nanos = alternating.ownNanos();
        double bytes = pooled.bytes() - bare.bytes();
        return new Table(
                        "A whole call of the SDK, canned answer, no network",
                        "what",
                        "ns, JMH: best (median)",
                        "ns, in turn in one JVM: 5 %",
                        "B")
                .row("SDK alone", bare, nanosOf(alternating.bare()), Table.number(bare.bytes()))
                .row("with the pool", pooled, nanosOf(alternating.pooled()), Table.number(pooled.bytes()))
                .row("the pool's part", "", Table.number(nanos), Table.number(bytes))
                .row("at most", "", Table.number(CALL_NANOS), Table.number(CALL_BYTES))
                .row("", "", Table.verdict(nanos, CALL_NANOS), Table.verdict(bytes, CALL_BYTES));
    }

    static Table snapshot(List<Measured> all) {
        Measured one = find(all, "statistics", 1);
        return new Table(
                        "All statistics of 10 keys and 5 models, while another thread calls",
                        "ns: best (median)",
                        "at most",
                        "",
                        "B")
                .row(
                        one,
                        Table.number(SNAPSHOT_NANOS),
                        Table.verdict(one.bestNanos(), SNAPSHOT_NANOS),
                        Table.number(one.bytes()));
    }

    private static String nanosOf(Durations calls) {
        return Table.number(1_000 * calls.micros(0.05));
    }

    static Table loopback() {
        return new Table(
                "Loopback, closed loop, alternating pairs: the SDK alone / with the pool",
                "callers",
                "calls/s",
                "median ratio",
                "at least",
                "",
                "p50 µs",
                "p99 µs",
                "40 ms or longer",
                "errors",
                "");
    }

    static void addTo(Table table, int callers, LoopbackComparison.Result result) {
        LoopbackComparison.Side bare = result.bare();
        LoopbackComparison.Side pooled = result.pooled();
        // On a busy machine, some calls take that long with either client.
        boolean fine = pooled.errors() == 0 && pooled.shareOnPlateau() <= bare.shareOnPlateau() + PLATEAU;
        table.row(
                callers,
                both(bare.perSecond(), pooled.perSecond()),
                Table.decimal(result.medianRatio()),
                Table.decimal(THROUGHPUT),
                result.medianRatio() >= THROUGHPUT ? "met" : "missed",
                both(bare.calls().micros(0.5), pooled.calls().micros(0.5)),
                both(bare.calls().micros(0.99), pooled.calls().micros(0.99)),
                percent(bare.shareOnPlateau()) + " / " + percent(pooled.shareOnPlateau()),
                bare.errors() + " / " + pooled.errors(),
                fine ? "met" : "missed");
    }

    private static String both(double bare, double pooled) {
        return Table.number(bare) + " / " + Table.number(pooled);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    static Table firstTokens(FirstTokens.Result result) {
        return new Table("Time to the first part of a stream, loopback, one caller", "what", "p50 µs", "p90 µs")
                .row(
                        "SDK alone",
                        Table.number(result.bare().micros(0.5)),
                        Table.number(result.bare().micros(0.9)))
                .row(
                        "with the pool",
                        Table.number(result.pooled().micros(0.5)),
                        Table.number(result.pooled().micros(0.9)));
    }

    static Table failover(Failover.Result result) {
        return new Table("A call whose first key answers 429, loopback, one caller", "what", "p50 µs", "at most", "")
                .row("pool, answered at once", Table.number(result.plain().micros(0.5)), "", "")
                .row(
                        "pool, goes on with its second key",
                        Table.number(result.failedOver().micros(0.5)),
                        "",
                        "")
                .row(
                        "of that, beyond two round trips",
                        Table.number(result.ownMicros()),
                        Table.number(FAILOVER_MICROS),
                        Table.verdict(result.ownMicros(), FAILOVER_MICROS))
                .row("attempts", result.mostAttempts(), 2, Table.verdict(result.mostAttempts(), 2))
                .row(
                        "SDK alone, asks its one key again",
                        Table.number(result.bareSdk().micros(0.5)),
                        "",
                        "");
    }

    static Table quota(List<QuotaComparison.Result> results) {
        Table table = new Table(
                "Callers that always have work, and quotas",
                "what",
                "quota used",
                "requests answered 429",
                "calls failed",
                "p50 s",
                "p99 s",
                "requests",
                "calls");
        results.forEach(result -> table.row(
                result.what(),
                percent(result.used()),
                percent(result.refused()),
                percent(result.failed()),
                seconds(result.all(), 0.5),
                seconds(result.all(), 0.99),
                Table.number((double) result.admitted() + result.refusals()),
                Table.number(result.all().count())));
        return table;
    }

    static Table replicas(List<ReplicaComparison.Result> results) {
        Table table = new Table(
                "Three replicas",
                "load",
                "sharing",
                "quota used",
                "requests answered 429",
                "calls failed",
                "p50 wait s",
                "p99 wait s",
                "asks per call");
        results.forEach(result -> table.row(
                result.load().what(),
                result.sharing().words,
                percent(result.used()),
                percent(result.refused()),
                percent(result.failedShare()),
                seconds(result.waits(), 0.5),
                seconds(result.waits(), 0.99),
                Table.decimal(result.asksPerCall())));
        return table;
    }

    /** How long calls wait that have nothing to wait for but the store. */
    static Table latencyOfSharing(List<ReplicaComparison.Result> results) {
        Table table = new Table("What sharing adds to a call while there is room", "sharing", "p50 µs", "p99 µs");
        results.stream()
                .filter(result -> result.load().what().equals(ReplicaComparison.Load.LIGHT))
                .forEach(result -> table.row(
                        result.sharing().words,
                        Table.number(result.waits().micros(0.5)),
                        Table.number(result.waits().micros(0.99))));
        return table;
    }

    private static String seconds(Durations calls, double share) {
        return Table.decimal(calls.micros(share) / 1_000_000);
    }
}
