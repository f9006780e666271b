package io.github.geminipool.wire.machine;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PoolProbe;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.PoolInvariants;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The callers of a storm, and what shakes them: the main class of a JVM with a small heap. */
final class StormCaller implements PoolListener {

    static final int INSTANCES = 12;

    private static final int CALLERS = 20;
    private static final int KEYS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final GeminiPool pool;

    /** Over HTTP/2: all calls share a connection. */
    private final GeminiPool shared;

    private final boolean isShortOfThreads;
    private final long seed;
    private final long seconds;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final LongAdder sent = new LongAdder();
    private final LongAdder unanswered = new LongAdder();
    private final AtomicInteger starved = new AtomicInteger();
    private volatile long endNanos;

    private StormCaller(
            String url, String sharedUrl, X509TrustManager trust, boolean isShortOfThreads, long seed, long seconds)
            throws GeneralSecurityException {
        this.seed = seed;
        this.seconds = seconds;
        this.isShortOfThreads = isShortOfThreads;
        this.pool = builder(url).build();
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {trust}, null);
        this.shared = builder(sharedUrl).ssl(tls.getSocketFactory(), trust).build();
    }

    private GeminiPoolBuilder builder(String url) {
        GeminiPoolSettings settings = GeminiPoolSettings.DEFAULTS;
        var builder = GeminiPool.builder()
                .settings(settings.withSize(INSTANCES)
                        .withAcquireTimeout(Duration.ofSeconds(2))
                        .withRetry(new RetrySettings(3, Duration.ofMillis(10), 2, Duration.ofMillis(100), 0.5, 0.5))
                        .withHttp(settings.http()
                                .withTimeouts(Duration.ofSeconds(2), Duration.ofMillis(700), Duration.ZERO)
                                .withPingInterval(Duration.ofMillis(500)))
                        .withBaseUrl(URI.create(url)))
                .listener(this);
        for (int i = 0; i < KEYS; i++) {
            builder.key(PoolInvariants.secretOf("storm-" + i));
        }
        return builder;
    }

    private static X509TrustManager trusting(String certificate) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "storm",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(Base64.getDecoder().decode(certificate))));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    /** Returns a part of all secrets. */
    static String secretPart() {
        return "AIzaTest-storm-";
    }

    @Override
    public void attemptEnded(AttemptEnded event) {
        if (event.sent()) {
            sent.increment();
            if (PoolInvariants.hadNoAnswer(event)) {
                unanswered.increment();
            }
        }
    }

    public static void main(String[] args) throws Exception {
        StormCaller storm = new StormCaller(
                args[0],
                args[1],
                trusting(args[2]),
                Boolean.parseBoolean(args[3]),
                Long.parseLong(args[4]),
                Long.parseLong(args[5]));
        storm.rage();
        storm.report();
        System.exit(0);
    }

    private boolean isRaging() {
        return System.nanoTime() < endNanos;
    }

    private void rage() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            var unused = pool.tryGenerateContent(GenerationRequest.of("Hi").model("calm"));
            var unusedToo = shared.tryGenerateContent(GenerationRequest.of("Hi").model("calm"));
        }
        endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Random own = new Random(seed * 1_000 + i);
            callers.add(new Thread(() -> call(own), "caller-" + i));
        }
        callers.forEach(Thread::start);
        Thread heap = new Thread(this::fillHeap, "heap");
        heap.start();
        Thread threads = new Thread(this::takeThreads, "threads");
        if (isShortOfThreads) {
            threads.start();
        }
        Random random = new Random(seed);
        while (isRaging()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5 + random.nextInt(20)));
            interruptOne(random);
        }
        heap.join();
        threads.join();
        for (Thread caller : callers) {
            caller.join(PATIENCE.toMillis());
        }
    }

    /** Interrupts one of the callers, or of the pool's own threads. */
    private static void interruptOne(Random random) {
        try {
            interrupt(random);
        } catch (OutOfMemoryError e) {
            // Nobody is interrupted this time.
        }
    }

    private static void interrupt(Random random) {
        Thread[] all = new Thread[Thread.activeCount() + 50];
        int count = Thread.enumerate(all);
        Thread one = all[random.nextInt(Math.max(1, count))];
        if (one != null && (one.getName().startsWith("caller-") || one.getName().startsWith("gemini-pool-"))) {
            one.interrupt();
        }
    }

    /** Takes all memory there is, for moments. */
    private void fillHeap() {
        Random random = new Random(seed + 1);
        while (isRaging()) {
            List<byte[]> all = new ArrayList<>();
            fill(all, 1 << 20);
            if (random.nextBoolean()) {
                fill(all, 1 << 13);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(5)));
            all.clear();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300 + random.nextInt(500)));
        }
    }

    /** Takes all threads that the process may have, for moments: no other one can be started. */
    private void takeThreads() {
        Random random = new Random(seed + 2);
        while (isRaging()) {
            CountDownLatch end = new CountDownLatch(1);
            try {
                while (true) {
                    startWaiting(end);
                }
            } catch (OutOfMemoryError e) {
                starved.incrementAndGet();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(300)));
            end.countDown();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200 + random.nextInt(800)));
        }
    }

    private static void startWaiting(CountDownLatch end) {
        new Thread(
                        () -> {
                            try {
                                end.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "waiting")
                .start();
    }

    private static void fill(List<byte[]> all, int size) {
        try {
            while (true) {
                all.add(new byte[size]);
            }
        } catch (OutOfMemoryError e) {
            // Full: less than one more fits.
        }
    }

    private void call(Random random) {
        while (isRaging()) {
            calls.incrementAndGet();
            boolean isAnswered = true;
            try {
                ask(random);
            } catch (TimeoutException e) {
                isAnswered = false;
            } catch (Throwable e) {
                // Any answer will do, so long as there is one.
            } finally {
                Thread.interrupted();
                if (isAnswered) {
                    answered.incrementAndGet();
                }
            }
        }
    }

    private void ask(Random random) throws Exception {
        GenerationRequest request =
                GenerationRequest.of("Hi").model("m").deadline(Duration.ofMillis(300 + random.nextInt(2_000)));
        switch (random.nextInt(9)) {
            case 6, 7 -> shared.generateContent(request);
            case 8 -> shared.generateContentAsync(request).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            case 0, 1 -> pool.generateContent(request);
            case 2 -> pool.generateContentAsync(request).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            case 3 -> pool.client().models.generateContent("m", "Hi", null);
            case 4 -> {
                try (GenerationStream stream = pool.generateContentStream(request)) {
                    stream.forEach(part -> {});
                }
            }
            default -> {
                // Lost half way: the garbage collector finds it.
                var unused = pool.generateContentStream(request).iterator().next();
            }
        }
    }

    private void report() throws Exception {
        boolean calm = Eventually.holds(
                () -> {
                    System.gc();
                    return inBoth(of -> of.stats().active() + PoolProbe.activeCalls(of)) == 0;
                },
                PATIENCE);
        say("calls", calls.get());
        say("answered", answered.get());
        say("times without a thread", Math.min(1, starved.get()));
        say("instances in use", inBoth(of -> of.stats().active()));
        say("calls not ended", inBoth(PoolProbe::activeCalls));
        say("waiting", inBoth(of -> of.stats().waiting()));
        if (!calm) {
            Thread.getAllStackTraces().forEach((thread, trace) -> System.out.println(thread + " " + List.of(trace)));
            return;
        }
        pool.reset();
        shared.reset();
        say("answered over HTTP/2 in the end", isAnswered(shared) ? 1 : 0);
        long start = System.nanoTime();
        var late = pool.tryGenerateContent(
                GenerationRequest.of("Hi").model("stalls").maxAttempts(1).deadline(Duration.ofMillis(300)));
        say("late by seconds", late.isSuccess() ? -1 : (System.nanoTime() - start) / 1_000_000_000);
        say("idle instances", inBoth(StormCaller::idleInstances));
        say("sent", sent.sum());
        say("sent without an answer", unanswered.sum());
    }

    /** Whether one of many calls is answered, among which some are not. */
    private static boolean isAnswered(GeminiPool of) {
        for (int i = 0; i < 30; i++) {
            if (of.tryGenerateContent(GenerationRequest.of("Hi").model("calm").deadline(Duration.ofSeconds(3)))
                    .isSuccess()) {
                return true;
            }
        }
        return false;
    }

    private long inBoth(ToLongFunction<GeminiPool> count) {
        return count.applyAsLong(pool) + count.applyAsLong(shared);
    }

    private static long idleInstances(GeminiPool of) {
        return of.stats().models().stream()
                .filter(model -> model.model().equals("m"))
                .mapToLong(model -> model.instances().stream()
                        .filter(instance -> !instance.active())
                        .count())
                .sum();
    }

    private static void say(String what, long count) {
        System.out.println("> " + what + "=" + count);
    }
}
