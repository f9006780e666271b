package io.github.geminipool.redis;

import io.github.geminipool.shared.Members;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Announces this replica, and finds out which others there are and whether a change was missed. Runs on the store's thread; {@link
 * #members} and {@link #end} are thread-safe. Nothing here blocks.
 */
final class Heartbeat {

    /** The name of heartbeats in an {@link Outage}. */
    static final String NAME = "heartbeats";

    /** A message may arrive this much later than the answer to a heartbeat that already counts it. */
    private static final Duration MESSAGE_DELAY = Duration.ofMillis(100);

    /** A replica that has not been heard from for this long is gone. */
    private static final Duration MEMBERSHIP = Duration.ofSeconds(10);

    /** A connection on which no heartbeat is answered for this long is dead, even though it may seem open for a quarter of an hour. */
    private static final Duration DEAD = Duration.ofSeconds(10);

    private final String replica;
    private final Names names;
    private final Duration timeout;
    private final Link link;
    private final FactsFeed feed;
    private final Outage outage;
    private final ScheduledExecutorService thread;
    private final Script script = Script.named("beat.lua");
    private volatile Members members;

    /** When the unanswered heartbeat was sent; 0 if there is none. */
    private long sentAt;

    Heartbeat(
            String replica,
            Names names,
            Duration timeout,
            Link link,
            FactsFeed feed,
            Outage outage,
            ScheduledExecutorService thread) {
        this.replica = replica;
        this.names = names;
        this.timeout = timeout;
        this.link = link;
        this.feed = feed;
        this.outage = outage;
        this.thread = thread;
        this.members = new Members(List.of(replica));
    }

    /** Returns the replicas last known, this one included. */
    Members members() {
        return members;
    }

    /** Sends a heartbeat if the last one was answered. */
    void send() {
        long now = System.nanoTime();
        if (sentAt != 0) {
            if (now - sentAt > timeout.toNanos()) {
                outage.unanswered(NAME, timeout);
            }
            if (now - sentAt > DEAD.toNanos()) {
                link.renew();
            }
            return;
        }
        sentAt = now;
        long seenBefore = feed.seen();
        CompletableFuture<?> unused =
                run("here").whenCompleteAsync((reply, failure) -> answered(reply, failure, seenBefore), thread);
    }

    /** Sends a heartbeat on a new connection. */
    void sendAnew() {
        forget();
        send();
    }

    /** Stops waiting for the answer to the last one. */
    void forget() {
        sentAt = 0;
    }

    /** Announces that this replica is leaving. */
    CompletableFuture<?> end() {
        return run("gone");
    }

    private CompletableFuture<List<String>> run(String how) {
        return link.run(
                script,
                ScriptOutputType.MULTI,
                new String[] {names.members(), names.news()},
                replica,
                how,
                String.valueOf(MEMBERSHIP.toMillis()));
    }

    private void answered(@Nullable List<String> reply, @Nullable Throwable failure, long seenBefore) {
        forget();
        if (reply == null) {
            // Another server may answer the next one.
            feed.missed();
            if (failure != null) {
                outage.failed(NAME, failure);
            }
            return;
        }
        outage.answered(NAME);
        members = new Members(List.copyOf(reply.subList(1, reply.size())));
        feed.membersAre(members);
        long number = Long.parseLong(reply.get(0));
        if (feed.isBehind(number, seenBefore)) {
            Future<?> unused = thread.schedule(
                    () -> feed.latestWas(number, seenBefore), MESSAGE_DELAY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
