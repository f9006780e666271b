package io.github.geminipool.internal.http;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.answer.AnswerScan;
import io.github.geminipool.internal.answer.EventStream;
import io.github.geminipool.internal.answer.WatchedBody;
import io.github.geminipool.internal.call.RunningCall;
import io.github.geminipool.internal.continuation.Continuations;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.request.ResourceScan;
import io.github.geminipool.internal.wire.ErrorVerdict;
import java.io.IOException;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/** Completes a lease when the body of its response ends, however that happens, and collects facts from what passes until then. */
final class AnswerEnd implements WatchedBody.End {

    private final Lease lease;
    private final RunningCall call;
    private final AttemptFailures failures;
    private final Continuations continuations;
    private @Nullable EmptyResponse empty;
    private final @Nullable AnswerScan facts;
    private final @Nullable ResourceScan names;

    /** The events, if the response is a stream; else null. */
    private @Nullable EventStream stream;

    /** Watches whether the events are read; null unless the response is a stream that has been handed over. */
    private volatile @Nullable IdleReader reader;

    /** The verdict on an error among the events; null if there was none. */
    private volatile @Nullable ErrorVerdict inStream;

    /**
     * Creates the end of a response.
     *
     * @param empty in what way a complete response is empty; null if it is not, or for a stream
     * @param facts reads facts such as token counts as they pass; null if there are none of interest
     * @param names finds names of resources as they pass; null if there can't be any
     */
    AnswerEnd(
            RunningCall call,
            Lease lease,
            AttemptFailures failures,
            Continuations continuations,
            @Nullable EmptyResponse empty,
            @Nullable AnswerScan facts,
            @Nullable ResourceScan names) {
        this.call = call;
        this.lease = lease;
        this.failures = failures;
        this.continuations = continuations;
        this.empty = empty;
        this.facts = facts;
        this.names = names;
    }

    /** Sets the events of a response that is a stream. */
    void of(EventStream events) {
        stream = events;
    }

    boolean isStream() {
        return stream != null;
    }

    /** Sets the watch over the reading of the events. */
    void watchedBy(IdleReader idle) {
        reader = idle;
        if (lease.isCompleted()) {
            idle.end();
        }
    }

    /** Records the verdict on an error among the events; the first one counts. */
    void failedInStream(ErrorVerdict verdict) {
        if (inStream == null) {
            inStream = verdict;
        }
    }

    /** Returns the verdict on an error among the events; null if there was none. */
    @Nullable
    ErrorVerdict inStream() {
        return inStream;
    }

    private @Nullable Failure failureInStream() {
        ErrorVerdict verdict = inStream;
        return verdict == null ? null : verdict.failure();
    }

    Lease lease() {
        return lease;
    }

    @Override
    public void passed(Buffer sink, long count) throws IOException {
        call.context().passed();
        if (facts != null) {
            facts.passed(sink, count);
        }
        if (names != null) {
            names.passed(sink, count);
        }
    }

    @Override
    public void exhausted() {
        complete(failureInStream());
    }

    @Override
    public void closed() {
        try {
            // A response without content is complete even if it was not read to its end.
            boolean tooEarly = stream != null && empty() == null;
            Failure failure = failureInStream();
            complete(failure == null && tooEarly ? AttemptFailures.givenUp("closed") : failure);
        } finally {
            release();
        }
    }

    @Override
    public void abandoned() {
        try {
            Failure failure = failureInStream();
            complete(failure == null ? AttemptFailures.givenUp("lost, neither read nor closed,") : failure);
        } finally {
            release();
        }
    }

    @Override
    public IOException failed(IOException e) {
        cut(e);
        return failures.toldOf(e, call.context());
    }

    @Override
    public void wake() {
        call.context().call().cancel();
    }

    @Override
    public boolean isLeft() {
        return call.context().poolCall().isCancelled();
    }

    @Override
    public void endIsUnreported() {
        call.context().end();
    }

    /** Completes the lease of a stream whose connection was cut; its reader gets the exception later. */
    void cut(IOException e) {
        try {
            complete(FlexPatience.judge(call, failures.network(e, call.context()), e));
        } finally {
            release();
        }
    }

    private void complete(@Nullable Failure failure) {
        try {
            ResponseFacts said = facts == null ? null : facts.facts();
            String token = facts == null ? null : facts.continuation();
            if (token != null) {
                // Before the lease ends, because the next hop may follow at once.
                continuations.answered(call.facts(), token, said, lease.project(), failure == null);
                call.context().poolCall().mayGoOn(token);
            }
            lease.complete(failure == null ? Outcome.success(empty(), said) : Outcome.brokenOff(failure, said));
        } finally {
            // Even without memory for the outcome, the instance must be returned.
            release();
        }
    }

    private void release() {
        IdleReader idle = reader;
        if (idle != null) {
            idle.end();
        }
        lease.complete(AttemptFailures.error(true));
    }

    /** Returns whether the events so far are a complete response. */
    boolean isFinished() {
        return facts == null || facts.isFinished();
    }

    /** Returns whether parts with content have passed, so that the response is not empty. */
    boolean hasContent() {
        return facts != null && facts.hasContent();
    }

    /** Sets in what way the response is empty; null if it is not. */
    void setEmpty(@Nullable EmptyResponse how) {
        empty = how;
    }

    /**
     * Records in what way a response that has passed is empty, unless it will be continued.
     *
     * @param peeked the verdict on its text; null for not empty, unless its parts are
     */
    void judge(@Nullable EmptyResponse peeked) {
        empty = facts == null ? peeked : facts.isContinued() ? null : peeked == null ? facts.whyEmptyParts() : peeked;
    }

    /** Returns in what way the response is empty, as far as it has arrived; null if it is not. */
    @Nullable
    EmptyResponse empty() {
        return stream == null ? empty : stream.empty();
    }
}
