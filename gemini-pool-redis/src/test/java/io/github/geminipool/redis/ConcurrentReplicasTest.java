package io.github.geminipool.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Limits;
import io.github.geminipool.shared.BooksVersion;
import io.github.geminipool.shared.QuotaBucket;
import io.github.geminipool.shared.Slot;
import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotOrder;
import io.github.geminipool.shared.SlotSize;
import io.github.geminipool.shared.Slots;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Eight replicas take slots of one bucket at once, in real time; some slots are given back, some are used later than they might, and most
 * prompts turn out larger or smaller. The minute lasts for a second.
 */
@RequiresRedis
@Execution(ExecutionMode.CONCURRENT)
class ConcurrentReplicasTest {

    private static final int REPLICAS = 8;
    private static final long MINUTE = 1_000_000;
    private static final long RUN = 5 * MINUTE / 2;

    @ParameterizedTest
    @CsvSource({"50, 0", "400, 0", "50, 4000"})
    @Timeout(60)
    void neverSendMoreThanTheLimitInAnyWindow(int requests, int tokens, RedisServer server) throws Exception {
        String bucket = requests + "-" + tokens;
        ExecutorService threads = Executors.newFixedThreadPool(REPLICAS);
        try {
            long end = micros() + RUN;
            List<Future<Map<Long, Long>>> running = new ArrayList<>();
            for (int i = 0; i < REPLICAS; i++) {
                Replica replica = new Replica(server, bucket, requests, tokens, i, end);
                running.add(threads.submit(replica::run));
            }
            TreeMap<Long, Long> sent = new TreeMap<>();
            for (Future<Map<Long, Long>> each : running) {
                each.get(40, TimeUnit.SECONDS).forEach((at, size) -> {
                    while (sent.putIfAbsent(at, size) != null) {
                        at++;
                    }
                });
            }
            assertThat(most(sent, false)).isLessThanOrEqualTo(requests);
            if (tokens > 0) {
                assertThat(most(sent, true)).isLessThanOrEqualTo(tokens);
            }
            assertThat(sent.size()).as("more than fits into one window").isGreaterThan(requests);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Returns the most that was sent in any window. */
    private static long most(NavigableMap<Long, Long> sent, boolean ofTokens) {
        long most = 0;
        for (long end : sent.keySet()) {
            Map<Long, Long> window = sent.subMap(end - MINUTE, false, end, true);
            long sum = ofTokens
                    ? window.values().stream().mapToLong(Long::longValue).sum()
                    : window.size();
            most = Math.max(most, sum);
        }
        return most;
    }

    private static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    /** One of those who take slots. Server and test have one clock, since they are on one machine. */
    private static final class Replica {

        private final RedisServer server;
        private final String[] keys;
        private final Limits limits;
        private final int tokens;
        private final Random random;
        private final long end;
        private final Map<Long, Long> sent = new TreeMap<>();
        private final PriorityQueue<Slot> held = new PriorityQueue<>(Comparator.comparingLong(Slot::id));
        private List<SlotChange> changes = new ArrayList<>();
        private @Nullable BooksVersion version;

        Replica(RedisServer server, String bucket, int requests, int tokens, int seed, long end) {
            this.server = server;
            this.keys = new Names("clash").books(new QuotaBucket(bucket, "model"));
            Limits ofRequests = Limits.NONE.withRequestsPerMinute(requests);
            this.limits = tokens == 0 ? ofRequests : ofRequests.withTokensPerMinute(tokens);
            this.tokens = tokens == 0 ? 0 : 2 * tokens / requests;
            this.random = new Random(seed);
            this.end = end;
        }

        Map<Long, Long> run() {
            Script books = Script.named("books.lua");
            try (StatefulRedisConnection<String, String> connection =
                    server.client().connect()) {
                RedisCommands<String, String> redis = connection.sync();
                redis.scriptLoad(books.source());
                while (micros() < end || !held.isEmpty() || !changes.isEmpty()) {
                    List<SlotSize> wanted = micros() < end ? wanted() : List.of();
                    SlotOrder order = order(wanted);
                    changes = new ArrayList<>();
                    List<Long> reply = redis.evalsha(
                            books.sha1(), ScriptOutputType.MULTI, keys, BooksCall.arguments(order, MINUTE));
                    take(BooksCall.answer(reply, wanted));
                    send();
                }
            }
            return sent;
        }

        private List<SlotSize> wanted() {
            List<SlotSize> wanted = new ArrayList<>();
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                wanted.add(new SlotSize(1, tokens == 0 ? 0 : 1 + random.nextInt(tokens)));
            }
            return wanted;
        }

        private SlotOrder order(List<SlotSize> wanted) {
            return new SlotOrder(
                    new QuotaBucket("bucket", "model"),
                    limits,
                    Instant.now().plusSeconds(40_000),
                    version,
                    wanted,
                    random.nextInt(3),
                    Duration.ofMillis(250),
                    changes);
        }

        private void take(Slots slots) {
            assertThat(slots.status()).isEqualTo(Slots.Status.COMPLETE);
            version = slots.version();
            for (Slot slot : slots.slots()) {
                if (random.nextInt(20) == 0) {
                    changes.add(new SlotChange.Unused(slot.id(), slot.size()));
                } else {
                    held.add(slot);
                }
            }
        }

        private void send() {
            for (Slot slot = held.peek(); slot != null && slot.id() <= micros(); slot = held.peek()) {
                held.remove();
                long at = slot.id();
                if (random.nextInt(5) == 0) {
                    long late = micros();
                    Duration later = Duration.ofNanos((late - at) * 1_000);
                    changes.add(new SlotChange.Moved(at, later, slot.size(), slot.size()));
                    at = late;
                }
                SlotSize counted = new SlotSize(1, (long) (slot.size().tokens() * (0.5 + 0.7 * random.nextDouble())));
                changes.add(new SlotChange.Moved(at, Duration.ZERO, counted, slot.size()));
                // What is larger than was reserved shows only afterwards, to nobody's fault.
                long size = Math.min(counted.tokens(), slot.size().tokens());
                while (sent.putIfAbsent(at, size) != null) {
                    at++;
                }
            }
            LockSupport.parkNanos(1_000_000L * (1 + random.nextInt(10)));
        }
    }
}
