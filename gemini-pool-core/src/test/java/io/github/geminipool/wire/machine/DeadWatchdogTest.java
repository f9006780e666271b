package io.github.geminipool.wire.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.settings.HttpSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.spi.TimeSource;
import io.github.geminipool.testing.Http2Server;
import io.github.geminipool.testing.OtherJvm;
import io.github.geminipool.testing.PoolInvariants;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import okio.AsyncTimeout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Okio's watchdog, which all timeouts of HTTP/2 depend on, is dead: calls end soon after their timeouts all the same, even if the
 * pool's own timer is dead too. In JVMs of their own, since a process has one watchdog.
 */
@Tag("alone")
@Tag("slow")
@Timeout(120)
class DeadWatchdogTest {

    /** How the watchdog died. */
    enum Death {
        /** What a timeout of somebody else's runs never returns. */
        BLOCKED {
            @Override
            void happens() throws InterruptedException {
                CountDownLatch blocked = new CountDownLatch(1);
                AsyncTimeout endless = new AsyncTimeout() {
                    @Override
                    protected void timedOut() {
                        blocked.countDown();
                        while (true) {
                            LockSupport.park();
                        }
                    }
                };
                endless.timeout(1, TimeUnit.MILLISECONDS);
                endless.enter();
                blocked.await();
            }
        },
        /** What Okio leaves behind if its thread can't be started: it believes to have one. */
        NOT_STARTED {
            @Override
            void happens() throws ReflectiveOperationException {
                Field head = headOfQueue();
                head.setAccessible(true);
                Constructor<AsyncTimeout> made = AsyncTimeout.class.getDeclaredConstructor();
                head.set(null, made.newInstance());
            }
        };

        abstract void happens() throws Exception;
    }

    private static Field headOfQueue() throws NoSuchFieldException {
        return AsyncTimeout.class.getDeclaredField("head");
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT) // They mostly wait.
    @EnumSource
    void callsEndAllTheSame(Death death) throws Exception {
        String output = OtherJvm.with("-Xmx128m").run(Caller.class, death.name());
        assertThat(output.lines().filter(line -> line.startsWith("> ")))
                .as(output)
                .containsExactly(
                        "> a response that does not come: NETWORK",
                        "> a stream that stalls: NETWORK",
                        "> a deadline: CANCELLED",
                        "> 0 active");
        assertThat(output).doesNotContain("AIzaTest");
    }

    /** The main class of the JVM whose watchdog is dead. */
    static final class Caller implements PoolListener {

        private volatile String last = "";

        private Caller() {}

        @Override
        public void attemptEnded(AttemptEnded event) {
            last = event.failure() == null ? "success" : event.failure().kind().toString();
        }

        public static void main(String[] args) throws Exception {
            new Caller().call(Death.valueOf(args[0]));
            System.exit(0);
        }

        private void call(Death death) throws Exception {
            death.happens();
            Http2Server server = new Http2Server();
            var builder = GeminiPool.builder()
                    .key(PoolInvariants.secretOf("one"))
                    .timeSource(new DeadTimer())
                    .listener(this)
                    .ssl(
                            server.identity().sslContext().getSocketFactory(),
                            server.identity().trustManager());
            GeminiPool pool = builder.settings(builder.settings()
                            .withRetry(new RetrySettings(1, Duration.ZERO, 1, Duration.ZERO, 0, 0))
                            .withHttp(HttpSettings.DEFAULTS
                                    .withBaseUrl(URI.create(server.url("localhost")))
                                    .withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ZERO)))
                    .build();
            pool.generateContent("Hi");
            server.handle((peer, stream) -> {});
            tell("a response that does not come", () -> pool.generateContent("Hi"));
            server.handle(Http2Server.Peer::begin);
            tell("a stream that stalls", () -> pool.generateContentStream("Hi").forEach(part -> {}));
            tell(
                    "a deadline",
                    () -> pool.generateContent(GenerationRequest.of("Hi").deadline(Duration.ofMillis(100))));
            System.out.println("> " + pool.stats().active() + " active");
        }

        private void tell(String what, Runnable call) {
            try {
                call.run();
                System.out.println("> " + what + ": no end");
            } catch (RuntimeException e) {
                System.out.println("> " + what + ": " + last);
            }
        }
    }

    /** The time of this machine, in which a sleeping timer does not wake up until it is closed. */
    static final class DeadTimer implements TimeSource {

        private final TimeSource system = TimeSource.system();

        @Override
        public Instant now() {
            return system.now();
        }

        @Override
        public long nanoTime() {
            return system.nanoTime();
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // The contract allows spurious returns; callers loop.
        public void await(Lock lock, Condition condition, long untilNanos) throws InterruptedException {
            while (Thread.currentThread().getName().equals("gemini-pool-timer")) {
                condition.await();
            }
            system.await(lock, condition, untilNanos);
        }
    }
}
