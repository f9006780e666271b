package io.github.geminipool.benchmarks;

import com.google.common.util.concurrent.RateLimiter;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.bucket4j.Bucket;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Alternatives for guarding a single key. None of them chooses among keys, and none ever rejects here. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RivalsBenchmark {

    private static final int PLENTY = 1_000_000_000;

    private final CircuitBreaker breaker = CircuitBreaker.ofDefaults("breaker");
    private final io.github.resilience4j.ratelimiter.RateLimiter limiter =
            io.github.resilience4j.ratelimiter.RateLimiter.of(
                    "limiter",
                    RateLimiterConfig.custom()
                            .limitForPeriod(PLENTY)
                            .limitRefreshPeriod(Duration.ofSeconds(1))
                            .timeoutDuration(Duration.ZERO)
                            .build());
    private final Bulkhead bulkhead = Bulkhead.of(
            "bulkhead", BulkheadConfig.custom().maxConcurrentCalls(64).build());
    private final HikariDataSource connections = new HikariDataSource(stubs());
    private final Bucket bucket = Bucket.builder()
            .addLimit(limit -> limit.capacity(PLENTY).refillGreedy(PLENTY, Duration.ofSeconds(1)))
            .build();
    private final RateLimiter guava = RateLimiter.create(PLENTY);
    private final dev.failsafe.RateLimiter<Object> failsafe = dev.failsafe.RateLimiter.burstyBuilder(
                    PLENTY, Duration.ofSeconds(1))
            .build();
    private final Semaphore semaphore = new Semaphore(64);

    private static HikariConfig stubs() {
        HikariConfig config = new HikariConfig();
        config.setDataSource(StubDatabase.dataSource());
        config.setMaximumPoolSize(16);
        return config;
    }

    @TearDown
    public void close() {
        connections.close();
    }

    /** Resilience4j's circuit breaker, rate limiter and bulkhead, nested. */
    @Benchmark
    public long resilience4jStack() {
        if (!breaker.tryAcquirePermission() || !limiter.acquirePermission() || !bulkhead.tryAcquirePermission()) {
            throw new IllegalStateException("refused");
        }
        long start = System.nanoTime();
        bulkhead.onComplete();
        long elapsed = System.nanoTime() - start;
        breaker.onSuccess(elapsed, TimeUnit.NANOSECONDS);
        return elapsed;
    }

    /** HikariCP's borrow and return. */
    @Benchmark
    public boolean hikariBorrowAndReturn() throws SQLException {
        try (Connection connection = connections.getConnection()) {
            return connection != null;
        }
    }

    /** Bucket4j's local bucket. */
    @Benchmark
    public boolean bucket4jBucket() {
        return bucket.tryConsume(1);
    }

    /** Guava's limiter. */
    @Benchmark
    public boolean guavaLimiter() {
        return guava.tryAcquire();
    }

    /** Failsafe's bursty limiter. */
    @Benchmark
    public boolean failsafeLimiter() {
        return failsafe.tryAcquirePermit();
    }

    /** The lower bound: acquire and release a semaphore. */
    @Benchmark
    public boolean semaphore() {
        boolean taken = semaphore.tryAcquire();
        semaphore.release();
        return taken;
    }
}
