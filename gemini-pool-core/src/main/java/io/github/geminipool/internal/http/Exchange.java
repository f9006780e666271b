package io.github.geminipool.internal.http;

import com.google.genai.types.HttpRetryOptions;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.internal.answer.AnswerPeek;
import io.github.geminipool.internal.answer.AnswerScan;
import io.github.geminipool.internal.answer.ErrorBody;
import io.github.geminipool.internal.answer.ErrorInAnswer;
import io.github.geminipool.internal.answer.EventStream;
import io.github.geminipool.internal.answer.WatchedBody;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.request.CallFactsReader;
import io.github.geminipool.internal.request.ResourceScan;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.AttemptContext;
import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.internal.wire.ErrorClassifier;
import io.github.geminipool.internal.wire.ErrorVerdict;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.Operation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** One attempt on the wire: the request goes out with the lease's key, and what comes back is judged. */
final class Exchange {

    static final String KEY_HEADER = "x-goog-api-key";

    /** The SDK's own retries, off: it sleeps after the last of them too, unless there is no status to retry. */
    private static final HttpRetryOptions NO_RETRIES =
            HttpRetryOptions.builder().attempts(1).httpStatusCodes(List.of()).build();

    private final Interceptor.Chain chain;
    private final CallContext context;
    private final CallFacts facts;
    private final HttpParts parts;
    private boolean handedOver;

    Exchange(Interceptor.Chain chain, CallContext context, CallFacts facts, HttpParts parts) {
        this.chain = chain;
        this.context = context;
        this.facts = facts;
        this.parts = parts;
    }

    /**
     * Makes an attempt.
     *
     * @param fallback the model to ask instead of the request's own, or null
     */
    ExchangeResult with(Lease lease, @Nullable String fallback) throws IOException {
        handedOver = false;
        context.attemptBegins();
        context.poolCall().attempted(lease);
        try {
            parts.leaks().watch(lease, context.poolCall());
            lease.tracedBy(context.trace());
            lease.started();
            return judged(chain.proceed(withKey(lease, fallback)), lease);
        } catch (IOException e) {
            IOException told = toldOf(e);
            return failed(lease, network(e), null, told);
        } finally {
            // Whatever else was thrown: the instance comes back. Answers complete their lease later.
            if (!lease.isCompleted() && !handedOver) {
                lease.complete(unexpected(), context.isSent());
            }
        }
    }

    private Request withKey(Lease lease, @Nullable String fallback) {
        Request request = chain.request();
        HttpUrl url = request.url();
        if (url.queryParameter("key") != null) {
            url = url.newBuilder().removeAllQueryParameters("key").build();
        }
        if (fallback != null) {
            url = CallFactsReader.forModel(url, fallback);
        }
        return request.newBuilder()
                .url(url)
                .header(KEY_HEADER, lease.secret().value())
                .tag(HttpRetryOptions.class, NO_RETRIES)
                .build();
    }

    /** What the caller gets shows its own request, and not the one with the key. */
    private Response.Builder withoutKey(Response response) {
        return response.newBuilder().request(chain.request()).networkResponse(null);
    }

    private ExchangeResult judged(Response response, Lease lease) throws IOException {
        lease.sentAt(context.sentNanos());
        if (response.code() == 101) {
            lease.complete(null, true);
            return new ExchangeResult.Answered(withoutKey(response).build(), null);
        }
        if (!response.isSuccessful()) {
            String body = ErrorBody.read(response, parts.masking());
            ErrorVerdict verdict = ErrorClassifier.read(response.code(), body + goal(response), asked(lease));
            lease.exceeds(verdict.exceededQuotas());
            if (verdict.consumerProject() != null) {
                parts.consumers().named(lease.keyName(), lease.project(), verdict.consumerProject());
            }
            return failed(lease, verdict.failure(), ErrorBody.replace(withoutKey(response).build(), body, parts.masking()), null);
        }
        return isEventStream(response) ? stream(response, lease) : whole(response, lease);
    }

    /** Where a redirect leads: Google sends robots to a page of their own. */
    private String goal(Response response) {
        String location = response.isRedirect() ? response.header("Location") : null;
        return location == null ? "" : "\nLocation: " + parts.masking().mask(location);
    }

    private static boolean isEventStream(Response response) {
        String type = response.header("Content-Type");
        return type != null && type.startsWith("text/event-stream");
    }

    private ExchangeResult whole(Response response, Lease lease) throws IOException {
        ResponseBody body = Objects.requireNonNull(response.body());
        if (body.contentLength() == 0) {
            // The SDK neither reads nor closes the empty answers of uploads.
            body.close();
            EmptyResponse nothing = AnswerPeek.asksForParts(chain.request()) ? EmptyResponse.NO_BODY : null;
            parts.resources().answered(chain.request(), facts, response, lease.project());
            lease.complete(nothing, null, true);
            return new ExchangeResult.Answered(
                    ErrorBody.replace(withoutKey(response).build(), "", parts.masking()), nothing);
        }
        boolean isJson = ErrorInAnswer.isJson(response);
        // OkHttp decompresses what it asked for itself; what the caller asked for is left to the caller.
        boolean isPlainJson = isJson && response.header("Content-Encoding") == null;
        String error;
        EmptyResponse empty = null;
        try {
            error = isJson ? ErrorInAnswer.find(response, body.source(), parts.masking()) : null;
            if (error == null && AnswerPeek.asksForParts(chain.request())) {
                empty = AnswerPeek.ofWhole(body.source(), isPlainJson);
            }
        } catch (IOException e) {
            body.close();
            throw e;
        }
        if (error != null) {
            body.close();
            return errorInside(error, ErrorClassifier.readInStream(error, asked(lease)), lease);
        }
        ResourceScan names = isPlainJson ? namesIn(lease) : null;
        return handOver(
                response, body, body.source(), new BodyEnd(lease, new AtomicReference<>(), empty, null, names), empty);
    }

    private ExchangeResult stream(Response response, Lease lease) throws IOException {
        ResponseBody body = Objects.requireNonNull(response.body());
        AtomicReference<@Nullable ErrorVerdict> verdict = new AtomicReference<>();
        Consumer<String> onError =
                json -> verdict.compareAndSet(null, ErrorClassifier.readInStream(json, asked(lease)));
        EventStream events = facts.operation() == Operation.STREAM
                ? EventStream.readAhead(
                        body.source(), parts.masking(), onError, cut -> lease.complete(network(cut), true))
                : new EventStream(body.source(), parts.masking(), onError);
        String firstError;
        try {
            firstError = events.firstError();
        } catch (IOException e) {
            body.close();
            throw e;
        }
        ErrorVerdict first = verdict.get();
        if (firstError != null && first != null) {
            body.close();
            return errorInside(firstError, first, lease);
        }
        BodyEnd end = new BodyEnd(lease, verdict, null, events, namesIn(lease));
        return handOver(response, body, events, end, events.empty());
    }

    private @Nullable ResourceScan namesIn(Lease lease) {
        return parts.resources().scanOf(chain.request(), facts, lease.project());
    }

    /** An error in an answer of status 200 becomes the answer that it should have been. */
    private ExchangeResult errorInside(String json, ErrorVerdict verdict, Lease lease) {
        lease.exceeds(verdict.exceededQuotas());
        Failure failure = verdict.failure();
        return failed(lease, failure, Refusals.answer(chain.request(), failure.status(), "", json), null);
    }

    private ExchangeResult handOver(
            Response response, ResponseBody body, Source content, BodyEnd end, @Nullable EmptyResponse empty) {
        Response wrapped = WatchedBody.wrap(withoutKey(response), body, content, end, parts.abandonedBodies());
        handedOver = true;
        parts.resources().answered(chain.request(), facts, response, end.lease.project());
        end.lease.answered();
        return new ExchangeResult.Answered(wrapped, empty);
    }

    private ExchangeResult failed(
            Lease lease, Failure failure, @Nullable Response response, @Nullable IOException cause) {
        lease.complete(failure, context.isSent());
        return new ExchangeResult.Failed(failure, response, cause);
    }

    private AttemptContext asked(Lease lease) {
        return asked(lease, parts.clock(), facts.affinity() != null);
    }

    /** What was asked for with a lease, as far as a verdict depends on it. */
    static AttemptContext asked(Lease lease, PoolClock clock, boolean namesResource) {
        return new AttemptContext(
                lease.keyName(), lease.project(), lease.billingAccount(), lease.model(), clock.now(), namesResource);
    }

    /** What the caller gets of an exception. */
    private IOException toldOf(IOException e) {
        return asTimeout(parts.masking().mask(e));
    }

    private IOException asTimeout(IOException e) {
        if (!context.isTimedOut()) {
            return e;
        }
        Duration deadline = context.poolCall().options().deadline();
        InterruptedIOException timeout = new InterruptedIOException(
                "timeout: the call's deadline" + (deadline == null ? "" : " of " + deadline) + " has passed");
        timeout.initCause(e);
        return timeout;
    }

    private Failure network(IOException e) {
        FailureKind kind = context.isCancelled() ? FailureKind.CANCELLED : FailureKind.NETWORK;
        String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new Failure(
                kind,
                new Scope.None(),
                null,
                false,
                0,
                CleanText.of((kind == FailureKind.NETWORK ? "No whole answer came: " : "The call was cancelled: ")
                        + parts.masking().mask(what)));
    }

    private static Failure unexpected() {
        return new Failure(
                FailureKind.NETWORK, new Scope.None(), null, false, 0, "The attempt ended by an unexpected exception");
    }

    private final class BodyEnd implements WatchedBody.End {

        private final Lease lease;
        private final AtomicReference<@Nullable ErrorVerdict> inStream;
        private final @Nullable EmptyResponse empty;
        private final @Nullable EventStream stream;
        private final @Nullable AnswerScan answer;
        private final @Nullable ResourceScan names;

        BodyEnd(
                Lease lease,
                AtomicReference<@Nullable ErrorVerdict> inStream,
                @Nullable EmptyResponse empty,
                @Nullable EventStream stream,
                @Nullable ResourceScan names) {
            this.lease = lease;
            this.inStream = inStream;
            this.empty = empty;
            this.stream = stream;
            this.answer = facts.operation().takesQuota() ? new AnswerScan() : null;
            this.names = names;
        }

        @Override
        public void passed(Buffer sink, long count) throws IOException {
            if (answer != null) {
                answer.passed(sink, count);
            }
            if (names != null) {
                names.passed(sink, count);
            }
        }

        private @Nullable Failure failureInStream() {
            ErrorVerdict verdict = inStream.get();
            return verdict == null ? null : verdict.failure();
        }

        private @Nullable EmptyResponse empty() {
            return stream == null ? empty : stream.empty();
        }

        @Override
        public void exhausted() {
            tellFacts();
            lease.complete(empty(), failureInStream(), true);
        }

        @Override
        public void closed() {
            tellFacts();
            Failure failure = failureInStream();
            // Nothing more would have come of an empty one.
            boolean tooEarly = stream != null && empty() == null;
            lease.complete(empty(), failure == null && tooEarly ? givenUp("closed") : failure, true);
        }

        @Override
        public void abandoned() {
            tellFacts();
            Failure failure = failureInStream();
            lease.complete(failure == null ? givenUp("lost, neither read nor closed,") : failure, true);
        }

        @Override
        public IOException failed(IOException e) {
            tellFacts();
            lease.complete(network(e), true);
            return toldOf(e);
        }

        private void tellFacts() {
            ResponseFacts said = answer == null ? null : answer.facts();
            if (said != null) {
                lease.says(said);
            }
        }

        private Failure givenUp(String how) {
            return new Failure(
                    FailureKind.CANCELLED,
                    new Scope.None(),
                    null,
                    false,
                    200,
                    "The answer was " + how + " before its end");
        }
    }
}
