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
 * What is used of the quotas of several projects by callers that always have work, and at what price: with the pool, and
 * with a client for each project, in real time. What counts as used or refused is what the simulator's log says.
 */
final class QuotaComparison {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration ACQUIRE_TIMEOUT = Duration.ofMinutes(2);
    private static final int OK = 200;
    private static final int TOO_MANY_REQUESTS = 429;

    /**
     * What there is to do, and what is allowed.
     *
     * @param projects of one key each
     * @param requestsPerMinute that each project may send in any 60 seconds
     * @param callers how many there are
     * @param latency of the model
     * @param duration for how long callers begin calls
     */
    record Load(int projects, int requestsPerMinute, int callers, Latency latency, Duration duration) {

        /** Two minutes. The callers could send three times as much as is allowed. */
        static final Load FULL = new Load(
                5, 60, 64, Latency.uniform(Duration.ofMillis(500), Duration.ofSeconds(8)), Duration.ofMinutes(2));

        /** The most that is admitted in that time: windows begin empty, and are full again and again a minute later. */
        long allowed() {
            long minutes = duration.plus(MINUTE).minusNanos(1).dividedBy(MINUTE);
            return minutes * projects * requestsPerMinute;
        }
    }

    /**
     * What came of it.
     *
     * @param what whose figures these are
     * @param allowed the most that could be admitted
     * @param admitted requests that arrived in time and were answered
     * @param refusals requests that arrived in time and were told that there is no quota left
     * @param calls what callers saw
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

        /** The calls, answered or not: to the caller both take their time. */
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
