package io.github.geminipool.benchmarks;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.key.Limits;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.GeminiSimulatorBuilder;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Quota;
import io.github.geminipool.simulator.RequestRecord;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How much of several projects' quotas is used by callers that always have work, and at what cost: with the pool, and with one
 * client per project, in real time. The simulator's log decides what counts as used or rejected.
 */
final class QuotaComparison {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration ACQUIRE_TIMEOUT = Duration.ofMinutes(2);
    private static final int OK = 200;
    private static final int TOO_MANY_REQUESTS = 429;

    /**
     * Load and limits of a run.
     *
     * @param projects number of projects, with one key each
     * @param requestsPerMinute each project's limit in any 60 seconds
     * @param callers number of callers
     * @param latency the model's latency
     * @param duration how long callers start calls
     */
    record Load(int projects, int requestsPerMinute, int callers, Latency latency, Duration duration) {

        /** Two minutes, with callers that could send three times the limit. */
        static final Load FULL = new Load(
                5, 60, 64, Latency.uniform(Duration.ofMillis(500), Duration.ofSeconds(8)), Duration.ofMinutes(2));

        /** Returns the maximum that can be admitted in that time: the full limit at the start and again each minute. */
        long allowed() {
            long minutes = duration.plus(MINUTE).minusNanos(1).dividedBy(MINUTE);
            return minutes * projects * requestsPerMinute;
        }
    }

    /**
     * Result of a run.
     *
     * @param what name of the client
     * @param allowed maximum number of requests that could be admitted
     * @param admitted requests that arrived in time and were answered
     * @param refusals requests that arrived in time and were rejected for quota
     * @param calls the callers' view
     */
    record Result(String what, long allowed, long admitted, long refusals, ClosedLoop.Outcome calls) {

        double used() {
            return (double) admitted / allowed;
        }

        double refused() {
            return (double) refusals / (admitted + refusals);
        }

        double failed() {
            return (double) calls.errors() / all().count();
        }

        /** Returns the durations of all calls, answered or not. */
        Durations all() {
            return calls.calls().and(calls.failed());
        }
    }

    private final Load load;

    QuotaComparison(Load load) {
        this.load = load;
    }

    List<Result> run() {
        return List.of(
                pool("gemini-pool, limits configured", Limits.NONE.withRequestsPerMinute(load.requestsPerMinute())),
                pool("gemini-pool, limits learned", Limits.NONE),
                roundRobin("round-robin over SDK clients"));
    }

    private Result pool(String what, Limits limits) {
        var builder = GeminiPool.builder();
        for (int i = 0; i < load.projects(); i++) {
            builder.key(SimulatorProcess.secret(i));
        }
        try (GeminiSimulator simulator = simulator();
                GeminiPool pool = builder.settings(builder.settings()
                                .withBaseUrl(URI.create(simulator.baseUrl()))
                                .withSize(load.callers())
                                .withAcquireTimeout(ACQUIRE_TIMEOUT)
                                .withLimits(limits))
                        .build()) {
            return measure(what, simulator, () -> Contenders.call(pool.client()));
        }
    }

    private Result roundRobin(String what) {
        try (GeminiSimulator simulator = simulator();
                RoundRobinClients clients = new RoundRobinClients(simulator.baseUrl(), load.projects())) {
            return measure(what, simulator, clients::call);
        }
    }

    private GeminiSimulator simulator() {
        GeminiSimulatorBuilder builder = GeminiSimulator.builder()
                .quota(Quota.requestsPerMinute(load.requestsPerMinute()))
                .latency(load.latency());
        for (int i = 0; i < load.projects(); i++) {
            builder.key(SimulatorProcess.secret(i));
        }
        return builder.start();
    }

    private Result measure(String what, GeminiSimulator simulator, Runnable call) {
        Instant end = Instant.now().plus(load.duration());
        ClosedLoop.Outcome calls;
        try (ClosedLoop loop = new ClosedLoop(load.callers())) {
            calls = loop.run(call, load.duration());
        }
        List<RequestRecord> inTime = simulator.requests().stream()
                .filter(request -> request.time().isBefore(end))
                .toList();
        return new Result(what, load.allowed(), count(inTime, OK), count(inTime, TOO_MANY_REQUESTS), calls);
    }

    private static long count(List<RequestRecord> requests, int status) {
        return requests.stream().filter(request -> request.status() == status).count();
    }
}
