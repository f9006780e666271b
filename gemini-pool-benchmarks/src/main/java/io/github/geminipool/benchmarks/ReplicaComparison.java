package io.github.geminipool.benchmarks;

import io.github.geminipool.redis.RedisServer;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorBuilder;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.RequestRecord;
import io.lettuce.core.api.sync.RedisServerCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What three replicas of an application, each in a process of its own, use of the quotas of several projects: each for itself, each with
 * a share of the limits, and with common books on {@code redis-server}. In real time; the three ways run side by side. The simulators'
 * logs decide what counts as used or rejected.
 */
final class ReplicaComparison {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** How replicas keep within quotas together. */
    enum Sharing {
        NONE("no store"),
        SHARES("`limits.share` of a third"),
        STORE("shared on Redis");

        final String words;

        Sharing(String words) {
            this.words = words;
        }
    }

    /** What happens to Redis in the middle of a run. */
    enum Trouble {
        NONE(""),
        HANGS("; Redis hangs for 30 s"),
        FLUSHED("; Redis is flushed");

        private static final Duration HANGING = Duration.ofSeconds(30);

        final String words;

        Trouble(String words) {
            this.words = words;
        }

        private void happensTo(RedisServer redis, Duration after) {
            if (this == FLUSHED) {
                later(after, () -> redis.ask(RedisServerCommands::flushall));
            } else if (this == HANGS) {
                later(after, redis::freeze);
                later(after.plus(HANGING), redis::thaw);
            }
        }

        private static void later(Duration after, Runnable task) {
            CompletableFuture.delayedExecutor(after.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(task);
        }
    }

    /**
     * Load and limits of a run.
     *
     * @param what name of the load
     * @param projects number of projects, with one key each
     * @param requestsPerMinute each project's limit in any 60 seconds
     * @param callers number of callers of each replica, which always have work
     * @param duration how long callers start calls
     * @param trouble what happens to Redis after half of it, if there is one
     */
    record Load(
            String what,
            int projects,
            int requestsPerMinute,
            List<Integer> callers,
            Duration duration,
            Trouble trouble) {

        Load(String what, int projects, int requestsPerMinute, List<Integer> callers, Duration duration) {
            this(what, projects, requestsPerMinute, callers, duration, Trouble.NONE);
        }

        /** Always work in all replicas, while Redis does not do its own. */
        static List<Load> troubled(Duration duration) {
            return Stream.of(Trouble.HANGS, Trouble.FLUSHED)
                    .map(trouble -> new Load(
                            "5 × 60 RPM, three busy" + trouble.words, 5, 60, List.of(21, 21, 22), duration, trouble))
                    .toList();
        }

        /** The callers of this load have nothing to wait for but the store. */
        static final String LIGHT = "5 × 60 RPM, 60 % of it asked for";

        /** Less than the limits, and then callers that could send three times the limit: in all replicas alike, and in two of them. */
        static List<Load> full(Duration duration) {
            return List.of(
                    new Load(LIGHT, 5, 60, List.of(4, 4, 4), duration),
                    new Load("5 × 60 RPM, three busy", 5, 60, List.of(21, 21, 22), duration),
                    new Load("5 × 60 RPM, two busy, one idle", 5, 60, List.of(32, 32, 0), duration),
                    new Load("1,000 RPM, two busy, one less", 1, 1_000, List.of(80, 80, 20), duration));
        }

        long allowed() {
            long minutes = duration.plus(MINUTE).minusNanos(1).dividedBy(MINUTE);
            return minutes * projects * requestsPerMinute;
        }
    }

    /**
     * Result of a run.
     *
     * @param load what was called
     * @param sharing how the replicas kept within the quotas
     * @param admitted requests that arrived in time and were answered
     * @param refusals requests that arrived in time and were rejected for quota
     * @param waits how long each answered call has waited for its leases
     * @param failed number of failed calls
     * @param asks number of orders of slots
     */
    record Result(Load load, Sharing sharing, long admitted, long refusals, Durations waits, int failed, long asks) {

        double used() {
            return (double) admitted / load.allowed();
        }

        double refused() {
            return (double) refusals / Math.max(1, admitted + refusals);
        }

        double failedShare() {
            return (double) failed / calls();
        }

        double asksPerCall() {
            return (double) asks / calls();
        }

        private int calls() {
            return Math.max(1, waits.count() + failed);
        }
    }

    private final Latency latency;

    /** Creates a comparison with a latency of the simulated model. */
    ReplicaComparison(Latency latency) {
        this.latency = latency;
    }

    /** Runs a load with each of some ways of sharing at once. */
    List<Result> run(Load load, List<Sharing> ways) {
        List<CompletableFuture<Result>> running = ways.stream()
                .map(sharing ->
                        CompletableFuture.supplyAsync(() -> run(load, sharing), task -> new Thread(task).start()))
                .toList();
        return running.stream().map(CompletableFuture::join).toList();
    }

    private Result run(Load load, Sharing sharing) {
        try (GeminiSimulator simulator = simulator(load)) {
            if (sharing != Sharing.STORE) {
                return run(load, sharing, simulator, null);
            }
            try (RedisServer redis = RedisServer.start()) {
                return run(load, sharing, simulator, redis);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Result run(Load load, Sharing sharing, GeminiSimulator simulator, @Nullable RedisServer redis)
            throws IOException {
        List<ReplicaProcess> replicas = new ArrayList<>();
        try {
            for (int callers : load.callers()) {
                double share = sharing == Sharing.SHARES ? 1.0 / load.callers().size() : 1;
                replicas.add(new ReplicaProcess(
                        simulator.baseUrl(),
                        redis == null ? 0 : redis.port(),
                        load.projects(),
                        load.requestsPerMinute(),
                        share,
                        callers,
                        load.duration().toMillis()));
            }
            for (ReplicaProcess replica : replicas) {
                replica.awaitReady();
            }
            Instant begin = Instant.now();
            for (ReplicaProcess replica : replicas) {
                replica.begin();
            }
            if (redis != null) {
                load.trouble().happensTo(redis, load.duration().dividedBy(2));
            }
            Durations waits = new Durations(new long[0]);
            int failed = 0;
            long asks = 0;
            for (ReplicaProcess replica : replicas) {
                ReplicaProcess.Report report = replica.report();
                waits = waits.and(report.waits());
                failed += report.failed();
                asks += report.asks();
            }
            List<RequestRecord> inTime = simulator.requests().stream()
                    .filter(request -> request.model().equals(Contenders.MODEL))
                    .filter(request -> request.time().isBefore(begin.plus(load.duration())))
                    .toList();
            return new Result(load, sharing, count(inTime, 200), count(inTime, 429), waits, failed, asks);
        } finally {
            replicas.forEach(ReplicaProcess::close);
        }
    }

    private static long count(List<RequestRecord> requests, int status) {
        return requests.stream().filter(request -> request.status() == status).count();
    }

    private GeminiSimulator simulator(Load load) {
        GeminiSimulatorBuilder builder = GeminiSimulator.builder()
                .quota(Quota.requestsPerMinute(load.requestsPerMinute()))
                .latency(latency);
        for (int i = 0; i < load.projects(); i++) {
            builder.key(SimulatorProcess.secret(i));
        }
        return builder.start();
    }
}
