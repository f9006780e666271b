package io.github.geminipool.internal.outcome;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.evidence.Ambiguity;
import io.github.geminipool.internal.wire.ExceededQuota;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended.
 *
 * @param failure the verdict; null for a success
 * @param empty in what way the response is empty, which still counts as a success; null if it is not
 * @param facts what the response says about itself; null if nothing, or if there was none
 * @param exceeded the quotas for which Gemini refused the request
 * @param print the fingerprint of the request that failed; 0 if unknown
 * @param sent whether any part of the request may have reached the server
 */
public record Outcome(
        @Nullable Failure failure,
        @Nullable EmptyResponse empty,
        @Nullable ResponseFacts facts,
        List<ExceededQuota> exceeded,
        long print,
        boolean sent) {

    /** A response about which nothing else is known. */
    public static final Outcome SUCCESS = success(null, null);

    public static Outcome success(@Nullable EmptyResponse empty, @Nullable ResponseFacts facts) {
        return new Outcome(null, empty, facts, List.of(), 0, true);
    }

    public static Outcome failure(Failure failure, boolean sent) {
        return new Outcome(failure, null, null, List.of(), 0, sent);
    }

    /** A response that failed after it had begun. */
    public static Outcome brokenOff(Failure failure, @Nullable ResponseFacts facts) {
        return new Outcome(failure, null, facts, List.of(), 0, true);
    }

    public static Outcome refused(Failure failure, List<ExceededQuota> exceeded, boolean sent) {
        return new Outcome(failure, null, null, exceeded, 0, sent);
    }

    /** No attempt was made after all. */
    public static final Outcome UNUSED = new Outcome(null, null, null, List.of(), 0, false);

    /** Returns the same outcome with the fingerprint of the request. */
    public Outcome of(long requestPrint) {
        return new Outcome(failure, empty, facts, exceeded, requestPrint, sent);
    }

    public boolean isSuccess() {
        return failure == null && sent;
    }

    /** Returns whether it is a failure that does not show who is at fault. */
    public boolean isAmbiguous() {
        return failure != null && Ambiguity.of(failure) != Ambiguity.NONE;
    }

    /** Returns the tokens of the prompt as Gemini counted them; -1 if it did not say. */
    public long countedTokens() {
        TokenUsage tokens = facts == null ? null : facts.tokens();
        return tokens == null ? -1 : tokens.input();
    }
}
