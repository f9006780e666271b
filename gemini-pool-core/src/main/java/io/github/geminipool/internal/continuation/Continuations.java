package io.github.geminipool.internal.continuation;

import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.spi.CallFacts;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The tokens with which answers can be continued, by their digests: which project issued each, and how large the next hop will
 * be, since it reads prompt and answer again. Beyond {@value #MAX_TOKENS} tokens, the least recently used is forgotten.
 * Thread-safe.
 */
public final class Continuations {

    static final int MAX_TOKENS = 10_000;

    /** Maximum number of hops that may lead back to a token before it is no longer sent. */
    static final int MAX_RETURNS = 3;

    /** Number of earlier tokens of an answer that are remembered, to recognize one that returns. */
    private static final int MAX_CIRCLE = 16;

    private static final String CONTINUATION = "CONTINUATION";

    private static final class Issued {

        /** The token of the request that was first answered with this one; null if that had none. */
        private final @Nullable String parent;

        private String project;
        private long tokens;
        private int returns;

        Issued(@Nullable String parent, String project, long tokens) {
            this.parent = parent;
            this.project = project;
            this.tokens = tokens;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Issued> all = new LinkedHashMap<>(16, 0.75f, true);
    private volatile boolean empty = true;

    /**
     * Returns the keys that a call accepts: of those that a filter accepts, preferably the ones of the project that issued the
     * token of its request.
     */
    public KeyFilter filterOf(CallFacts facts, KeyFilter filter) {
        String project = projectOf(facts);
        return project == null || filter.boundProject() != null
                ? filter
                : new KeyFilter(filter.choice().withPreferredProject(project), null, filter.avoided());
    }

    /** Returns the project that issued the token of a request; null if it has no token or the project is unknown. */
    public @Nullable String projectOf(CallFacts facts) {
        String token = facts.continuation();
        if (token == null || empty) {
            return null;
        }
        lock.lock();
        try {
            Issued issued = all.get(token);
            return issued == null ? null : issued.project;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the input tokens of a request: those that its answer has had so far, if it continues one, else the estimate. */
    public long promptTokens(CallFacts facts) {
        String token = facts.continuation();
        if (token == null || empty) {
            return facts.promptTokens();
        }
        lock.lock();
        try {
            Issued issued = all.get(token);
            return issued == null || issued.tokens == 0 ? facts.promptTokens() : issued.tokens;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns whether a request must not be sent, because its token has led back to itself too often. It may be tried again
     * after that, once.
     */
    public boolean isEndless(CallFacts facts) {
        String token = facts.continuation();
        if (token == null || empty) {
            return false;
        }
        lock.lock();
        try {
            Issued issued = all.get(token);
            if (issued == null || issued.returns < MAX_RETURNS) {
                return false;
            }
            issued.returns = MAX_RETURNS - 1;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the message for a request that must not be sent. */
    public static String endless() {
        return "The request was not sent: " + MAX_RETURNS
                + " times, continuing the answer led back to the same continuation"
                + " token, so the answer makes no progress, and every hop is billed. Send the request again without the token,"
                + " or with a smaller maxOutputTokens or thinking budget; with automaticContinuation(false) the application"
                + " gets the answer as far as it came.";
    }

    /**
     * Records the answer to a call.
     *
     * @param issued the token with which it can be continued; null if there is none
     * @param said what it said of itself; null if nothing
     * @param whole whether it arrived as a whole
     */
    public void answered(
            CallFacts facts, @Nullable String issued, @Nullable ResponseFacts said, String project, boolean whole) {
        if (issued == null) {
            return;
        }
        lock.lock();
        try {
            record(facts.continuation(), issued, project, tokensOf(said), whole && isContinued(said));
        } finally {
            lock.unlock();
        }
    }

    private void record(@Nullable String sent, String issued, String project, long tokens, boolean continued) {
        Issued known = all.get(issued);
        if (known == null) {
            Issued before = sent == null ? null : all.get(sent);
            if (before != null) {
                before.returns = 0;
            }
            all.put(issued, new Issued(sent, project, tokens));
            empty = false;
            if (all.size() > MAX_TOKENS) {
                all.remove(all.keySet().iterator().next());
            }
            return;
        }
        if (sent == null) {
            known.returns = 0;
        } else if (continued && isEarlier(issued, sent)) {
            known.returns++;
        }
        known.project = project;
        known.tokens = tokens == 0 ? known.tokens : tokens;
    }

    /** Returns whether a token equals another one or is one of its predecessors. */
    private boolean isEarlier(String token, String than) {
        String earlier = than;
        for (int i = 0; earlier != null && i < MAX_CIRCLE; i++) {
            if (earlier.equals(token)) {
                return true;
            }
            Issued issued = all.get(earlier);
            earlier = issued == null ? null : issued.parent;
        }
        return false;
    }

    private static boolean isContinued(@Nullable ResponseFacts said) {
        return said == null
                || said.finishReason() == null
                || said.finishReason().equals(CONTINUATION);
    }

    private static long tokensOf(@Nullable ResponseFacts said) {
        TokenUsage tokens = said == null ? null : said.tokens();
        return tokens == null ? 0 : tokens.input() + tokens.output() + tokens.thoughts();
    }

    /** Returns the number of tokens remembered. */
    public int size() {
        lock.lock();
        try {
            return all.size();
        } finally {
            lock.unlock();
        }
    }
}
