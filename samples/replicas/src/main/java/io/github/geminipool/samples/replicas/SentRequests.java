package io.github.geminipool.samples.replicas;

import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.PoolListener;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.springframework.stereotype.Component;

/** What this replica has sent in the last two minutes. */
@Component
class SentRequests implements PoolListener {

    private static final long KEPT_MILLIS = Duration.ofMinutes(2).toMillis();

    /**
     * One request.
     *
     * @param at when it was sent, in milliseconds since 1970
     * @param project the project whose quota it used
     * @param answered whether it was answered; otherwise it was refused, or failed
     */
    record Sent(long at, String project, boolean answered) {}

    private final Deque<Sent> sent = new ConcurrentLinkedDeque<>();

    @Override
    public void attemptEnded(AttemptEnded event) {
        long now = System.currentTimeMillis();
        sent.add(new Sent(now - event.elapsed().toMillis(), event.project(), event.failure() == null));
        sent.removeIf(each -> each.at < now - KEPT_MILLIS);
    }

    List<Sent> all() {
        return List.copyOf(sent);
    }
}
