package io.github.geminipool.internal.http;

import com.google.genai.types.HttpRetryOptions;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.answer.AbandonedBodies;
import io.github.geminipool.internal.answer.AnswerPeek;
import io.github.geminipool.internal.answer.ErrorBody;
import io.github.geminipool.internal.answer.ErrorInAnswer;
import io.github.geminipool.internal.answer.EventStream;
import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.internal.answer.OwnResponses;
import io.github.geminipool.internal.answer.WatchedBody;
import io.github.geminipool.internal.event.ProjectAliasLog;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.pool.Outcome;
import io.github.geminipool.internal.request.CallFactsReader;
import io.github.geminipool.internal.request.OwnedResources;
import io.github.geminipool.internal.request.ResourceScan;
import io.github.geminipool.internal.wire.AttemptContext;
import io.github.geminipool.internal.wire.ErrorClassifier;
import io.github.geminipool.internal.wire.ErrorVerdict;
import io.github.geminipool.spi.Operation;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** Sends an attempt with the key of its lease, and judges the response. */
final class WireExchange implements Exchange {

    /** Switches the SDK's own retries off: without a retryable status, it does not sleep after the last attempt either. */
    private static final HttpRetryOptions NO_RETRIES =
            HttpRetryOptions.builder().attempts(1).httpStatusCodes(List.of()).build();

    private final OwnedResources resources;
    private final Masking masking;
    private final AttemptFailures failures;
    private final AbandonedBodies abandonedBodies;
    private final LeakDetection leaks;
    private final ProjectAliasLog projectAliases;

    WireExchange(
            OwnedResources resources,
            Masking masking,
            AttemptFailures failures,
            AbandonedBodies abandonedBodies,
            LeakDetection leaks,
            ProjectAliasLog projectAliases) {
        this.resources = resources;
        this.masking = masking;
        this.failures = failures;
        this.abandonedBodies = abandonedBodies;
        this.leaks = leaks;
        this.projectAliases = projectAliases;
    }

    @Override
    public ExchangeResult make(RunningCall call, Lease lease, @Nullable String fallback) throws IOException {
        CallContext context = call.context();
        boolean returned = false;
        context.attemptBegins();
        try {
            context.poolCall().attempted(lease);
            leaks.watch(lease, context.poolCall());
            lease.started();
            ExchangeResult result = judged(call, call.chain().proceed(withKey(call, lease, fallback)), lease);
            returned = true;
            return result;
        } catch (IOException e) {
            Failure failure = failures.network(e, context);
            lease.complete(Outcome.failure(failure, context.isSent()));
            returned = true;
            return new ExchangeResult.Failed(failure, List.of(), null, failures.toldOf(e, context));
        } finally {
            // Returns the instance after any other throwable.
            if (!returned) {
                lease.complete(Outcome.failure(AttemptFailures.unexpected(), context.isSent()));
            }
        }
    }

    private static Request withKey(RunningCall call, Lease lease, @Nullable String fallback) {
        Request request = call.request();
        Request.Builder keyed = request.newBuilder();
        HttpUrl url = request.url();
        if (url.query() != null && url.queryParameter("key") != null) {
            url = url.newBuilder().removeAllQueryParameters("key").build();
            keyed.url(url);
        }
        if (fallback != null) {
            keyed.url(CallFactsReader.forModel(url, fallback));
        }
        return keyed.header(KEY_HEADER, lease.secret().value())
                .tag(HttpRetryOptions.class, NO_RETRIES)
                .build();
    }

    /** The caller sees its own request, not the one with the key. */
    private static Response.Builder withoutKey(RunningCall call, Response response) {
        return response.newBuilder().request(call.request()).networkResponse(null);
    }

    private ExchangeResult judged(RunningCall call, Response response, Lease lease) throws IOException {
        lease.sentAt(call.context().sentNanos());
        if (response.code() == 101) {
            lease.complete(Outcome.SUCCESS);
            return new ExchangeResult.Answered(withoutKey(call, response).build(), null);
        }
        if (!response.isSuccessful()) {
            return refused(call, response, lease);
        }
        return isEventStream(response) ? stream(call, response, lease) : whole(call, response, lease);
    }

    private ExchangeResult refused(RunningCall call, Response response, Lease lease) {
        String body = ErrorBody.read(response, masking);
        ErrorVerdict verdict =
                ErrorClassifier.read(response.code(), body + redirectOf(response), contextOf(call, lease));
        if (verdict.consumerProject() != null) {
            projectAliases.named(lease.keyName(), lease.project(), verdict.consumerProject());
        }
        return failed(
                call,
                lease,
                verdict,
                ErrorBody.replace(withoutKey(call, response).build(), body, masking));
    }

    /** Returns the target of a redirect: Google redirects suspected bots to a page for them. */
    private String redirectOf(Response response) {
        String location = response.isRedirect() ? response.header("Location") : null;
        return location == null ? "" : "\nLocation: " + masking.mask(location);
    }

    private static boolean isEventStream(Response response) {
        String type = response.header("Content-Type");
        return type != null && type.startsWith("text/event-stream");
    }

    private ExchangeResult whole(RunningCall call, Response response, Lease lease) throws IOException {
        ResponseBody body = Objects.requireNonNull(response.body());
        boolean asksForParts = AnswerPeek.asksForParts(call.request());
        if (body.contentLength() == 0) {
            return withoutBody(call, response, lease, asksForParts ? EmptyResponse.NO_BODY : null);
        }
        boolean isJson = ErrorInAnswer.isJson(response);
        // OkHttp decompresses what it asked for itself; a response that the caller asked to be compressed is left
        // alone.
        boolean isPlainJson = isJson && response.header("Content-Encoding") == null;
        String error;
        EmptyResponse empty = null;
        try {
            error = isJson ? ErrorInAnswer.find(response, body.source(), masking) : null;
            if (error == null && asksForParts) {
                empty = AnswerPeek.ofWhole(body.source(), isPlainJson);
            }
        } catch (IOException e) {
            body.close();
            throw e;
        }
        if (error != null) {
            body.close();
            return errorInside(call, error, ErrorClassifier.readInStream(error, contextOf(call, lease)), lease);
        }
        ResourceScan names = isPlainJson ? namesIn(call, lease) : null;
        return handOver(call, response, body, body.source(), end(call, lease, empty, names), empty);
    }

    /** The SDK neither reads nor closes the empty responses of uploads. */
    private ExchangeResult withoutBody(
            RunningCall call, Response response, Lease lease, @Nullable EmptyResponse empty) {
        Objects.requireNonNull(response.body()).close();
        resources.answered(call.request(), call.facts(), response, lease.project());
        lease.complete(Outcome.success(empty, null));
        return new ExchangeResult.Answered(
                ErrorBody.replace(withoutKey(call, response).build(), "", masking), empty);
    }

    private ExchangeResult stream(RunningCall call, Response response, Lease lease) throws IOException {
        ResponseBody body = Objects.requireNonNull(response.body());
        AnswerEnd end = end(call, lease, null, namesIn(call, lease));
        Consumer<String> onError =
                json -> end.failedInStream(ErrorClassifier.readInStream(json, contextOf(call, lease)));
        EventStream events = call.facts().operation() == Operation.STREAM
                ? EventStream.readAhead(body.source(), masking, onError, end::cut)
                : new EventStream(body.source(), masking, onError);
        end.of(events);
        String firstError;
        try {
            firstError = events.firstError();
        } catch (IOException e) {
            body.close();
            throw e;
        }
        ErrorVerdict first = end.inStream();
        if (firstError != null && first != null) {
            body.close();
            return errorInside(call, firstError, first, lease);
        }
        return handOver(call, response, body, events, end, events.empty());
    }

    private AnswerEnd end(RunningCall call, Lease lease, @Nullable EmptyResponse empty, @Nullable ResourceScan names) {
        boolean readsFacts = call.facts().operation().takesQuota();
        return new AnswerEnd(lease, call.context(), failures, empty, readsFacts, names);
    }

    private @Nullable ResourceScan namesIn(RunningCall call, Lease lease) {
        return resources.scanOf(call.request(), call.facts(), lease.project());
    }

    /** Turns an error in a response with status 200 into the error response that it should have been. */
    private static ExchangeResult errorInside(RunningCall call, String json, ErrorVerdict verdict, Lease lease) {
        return failed(
                call,
                lease,
                verdict,
                OwnResponses.of(call.request(), verdict.failure().status(), "", json));
    }

    private ExchangeResult handOver(
            RunningCall call,
            Response response,
            ResponseBody body,
            Source content,
            AnswerEnd end,
            @Nullable EmptyResponse empty) {
        Response wrapped = WatchedBody.wrap(withoutKey(call, response), body, content, end, abandonedBodies);
        resources.answered(call.request(), call.facts(), response, end.lease().project());
        end.lease().answered();
        return new ExchangeResult.Answered(wrapped, empty);
    }

    private static ExchangeResult failed(RunningCall call, Lease lease, ErrorVerdict verdict, Response response) {
        Failure failure = verdict.failure();
        lease.complete(Outcome.refused(
                failure, verdict.exceededQuotas(), call.context().isSent()));
        return new ExchangeResult.Failed(failure, verdict.exceededQuotas(), response, null);
    }

    private AttemptContext contextOf(RunningCall call, Lease lease) {
        return failures.contextOf(lease, call.facts().affinity() != null);
    }
}
