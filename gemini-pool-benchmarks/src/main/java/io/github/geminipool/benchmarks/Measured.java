package io.github.geminipool.benchmarks;

import java.util.stream.DoubleStream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** JMH's result of one benchmark with one set of parameters. */
final class Measured {

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final RunResult result;

    Measured(RunResult result) {
        this.result = result;
    }

    /** Returns the time per operation in the best iteration: other load on the machine only adds time. */
    double bestNanos() {
        return nanos().min().orElseThrow();
    }

    double medianNanos() {
        double[] sorted = nanos().sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private DoubleStream nanos() {
        return result.getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .mapToDouble(iteration -> iteration.getPrimaryResult().getScore());
    }

    /** Returns the bytes allocated per operation. */
    double bytes() {
        Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
        return allocated == null ? Double.NaN : allocated.getScore();
    }

    boolean isOf(String method) {
        return parameters().getBenchmark().endsWith("." + method);
    }

    int threads() {
        return parameters().getThreads();
    }

    int keys() {
        return Integer.parseInt(parameters().getParam("keys"));
    }

    boolean quotas() {
        return Boolean.parseBoolean(parameters().getParam("quotas"));
    }

    boolean halfCoolingDown() {
        return Boolean.parseBoolean(parameters().getParam("halfCoolingDown"));
    }

    private BenchmarkParams parameters() {
        return result.getParams();
    }

    @Override
    public String toString() {
        return Table.number(bestNanos()) + " (" + Table.number(medianNanos()) + ")";
    }
}
