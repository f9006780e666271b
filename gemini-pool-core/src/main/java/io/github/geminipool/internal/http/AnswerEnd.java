package io.github.geminipool.internal.http;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.answer.AnswerScan;
import io.github.geminipool.internal.answer.EventStream;
import io.github.geminipool.internal.answer.WatchedBody;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.Outcome;
import io.github.geminipool.internal.request.ResourceScan;
import io.github.geminipool.internal.wire.ErrorVerdict;
import java.io.IOException;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/** Completes a lease when the body of its response ends, however that happens, and reads the facts that pass until then. */
final class AnswerEnd implements WatchedBody.End {

    private final Lease lease;
    private final CallContext context;
    private final AttemptFailures failures;
    private final @Nullable EmptyResponse empty;
    private final @Nullable AnswerScan facts;
    private final @Nullable ResourceScan names;

    /** The events if the response is a stream; else null. */
    private @Nullable EventStream stream;

    /** The verdict on an error among the events; null if there was none. */
    private volatile @Nullable ErrorVerdict inStream;

    /**
     * Creates the end of a response.
     *
     * @param empty how a whole response is empty; null if it is not, or for a stream
     * @param readsFacts whether to read facts such as token counts as they pass
     * @param names looks for names of resources as they pass; null if there can't be any
     */
    AnswerEnd(
            Lease lease,
            CallContext context,
            AttemptFailures failures,
            @Nullable EmptyResponse empty,
            boolean readsFacts,
            @Nullable ResourceScan names) {
        this.lease = lease;
        this.context = context;
        this.failures = failures;
        this.empty = empty;
        this.facts = readsFacts ? new AnswerScan() : null;
        this.names = names;
    }

    /** Sets the events of a response that is a stream. */
    void of(EventStream events) {
        stream = events;
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
        // An empty response is complete even if it was not read to its end.
        boolean tooEarly = stream != null && empty() == null;
        Failure failure = failureInStream();
        complete(failure == null && tooEarly ? AttemptFailures.givenUp("closed") : failure);
    }

    @Override
    public void abandoned() {
        Failure failure = failureInStream();
        complete(failure == null ? AttemptFailures.givenUp("lost, neither read nor closed,") : failure);
    }

    @Override
    public IOException failed(IOException e) {
        complete(failures.network(e, context));
        return failures.toldOf(e, context);
    }

    /** Completes the lease of a stream whose connection was cut; its reader will get the exception later. */
    void cut(IOException e) {
        complete(failures.network(e, context));
    }

    private void complete(@Nullable Failure failure) {
        ResponseFacts said = null;
        try {
            said = facts == null ? null : facts.facts();
        } finally {
            lease.complete(failure == null ? Outcome.success(empty(), said) : Outcome.brokenOff(failure, said));
        }
    }

    private @Nullable EmptyResponse empty() {
        return stream == null ? empty : stream.empty();
    }
}
