package io.github.geminipool.internal.http;

import com.google.genai.types.HttpRetryOptions;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.internal.answer.AbandonedBodies;
import io.github.geminipool.internal.answer.AnswerPeek;
import io.github.geminipool.internal.answer.AnswerScan;
import io.github.geminipool.internal.answer.ErrorBody;
import io.github.geminipool.internal.answer.ErrorInAnswer;
import io.github.geminipool.internal.answer.EventStream;
import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.internal.answer.OwnResponses;
import io.github.geminipool.internal.answer.WatchedBody;
import io.github.geminipool.internal.answer.WholeAnswer;
import io.github.geminipool.internal.call.CallContext;
import io.github.geminipool.internal.call.LeakDetection;
import io.github.geminipool.internal.call.RunningCall;
import io.github.geminipool.internal.connection.ConnectionState;
import io.github.geminipool.internal.connection.Connections;
import io.github.geminipool.internal.continuation.Continuations;
import io.github.geminipool.internal.event.ProjectAliasLog;
import io.github.geminipool.internal.evidence.Ambiguity;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.request.CallFactsReader;
import io.github.geminipool.internal.request.Credentials;
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
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** Sends an attempt with the key of its lease, and judges the response. */
final class WireExchange implements Exchange {

    /** Switches off the SDK's own retries: without retryable statuses, it does not sleep after the last attempt either. */
    private static final HttpRetryOptions NO_RETRIES =
            HttpRetryOptions.builder().attempts(1).httpStatusCodes(List.of()).build();

    private static final int BAD_GATEWAY = 502;
    private static final String EVENTS = "text/event-stream";
    private static final String SERVICE_TIER_HEADER = "x-gemini-service-tier";

    private final OwnedResources resources;
    private final Continuations continuations;
    private final Masking masking;
    private final AttemptFailures failures;
    private final AbandonedBodies abandonedBodies;
    private final LeakDetection leaks;
    private final ProjectAliasLog projectAliases;
    private final Connections connections;
    private final WholeAnswer answers;
    private final IdleReader.Watch readers;

    WireExchange(
            OwnedResources resources,
            Continuations continuations,
            Masking masking,
            AttemptFailures failures,
            AbandonedBodies abandonedBodies,
            LeakDetection leaks,
            ProjectAliasLog projectAliases,
            Connections connections,
            WholeAnswer answers,
            IdleReader.Watch readers) {
        this.answers = answers;
        this.readers = readers;
        this.resources = resources;
        this.continuations = continuations;
        this.masking = masking;
        this.failures = failures;
        this.abandonedBodies = abandonedBodies;
        this.leaks = leaks;
        this.projectAliases = projectAliases;
        this.connections = connections;
    }

    @Override
    public ExchangeResult make(RunningCall call, Lease lease, @Nullable String fallback) throws IOException {
        CallContext context = call.context();
        boolean returned = false;
        try {
            context.attemptBegins();
            context.poolCall().attempted(lease);
            leaks.watch(lease, context.poolCall());
            lease.started();
            Request request = withKey(call, lease, fallback);
            Response response = connections.send(FlexPatience.of(call), request, context, call.isBodyReusable());
            ExchangeResult result = judged(call, response, lease);
            returned = true;
            return result;
        } catch (IOException e) {
            if (connections.isTimeout(e, context.connection())) {
                context.avoidOldConnections();
            }
            Failure failure = FlexPatience.judge(call, failures.network(e, context), e);
            lease.complete(Outcome.failure(failure, context.isSent()).of(call.print()));
            returned = true;
            return new ExchangeResult.Failed(failure, List.of(), null, failures.toldOf(e, context));
        } catch (Error e) {
            lease.complete(AttemptFailures.error(context.isSent()));
            throw e;
        } finally {
            if (!returned) {
                brokeOff(context, lease);
            }
        }
    }

    /** Returns the instance after any other throwable. What is left on the connection is unknown, so no other call may read it. */
    private static void brokeOff(CallContext context, Lease lease) {
        ConnectionState connection = context.connection();
        if (connection != null) {
            connection.retire();
        }
        lease.complete(AttemptFailures.unexpected(context.isSent()));
    }

    private static Request withKey(RunningCall call, Lease lease, @Nullable String fallback) throws IOException {
        Request request = fallback == null ? call.request() : CallFactsReader.forModel(call.request(), fallback);
        String key = lease.secret().value();
        call.context().sendsWith(key);
        return Credentials.replaced(request, request.url(), key)
                .tag(HttpRetryOptions.class, NO_RETRIES)
                .build();
    }

    /** The caller sees its own request, not the one with the key. */
    private static Response.Builder withoutKey(RunningCall call, Response response) {
        return response.newBuilder().request(call.request()).networkResponse(null);
    }

    private ExchangeResult judged(RunningCall call, Response response, Lease lease) throws IOException {
        boolean judged = false;
        try {
            lease.sentAt(call.context().sentNanos());
            ExchangeResult result = response.isSuccessful()
                    ? successful(call, response, lease)
                    : response.code() == 101 ? upgraded(call, response, lease) : refused(call, response, lease);
            judged = true;
            return result;
        } finally {
            if (!judged) {
                response.close();
            }
        }
    }

    private static ExchangeResult upgraded(RunningCall call, Response response, Lease lease) {
        lease.complete(Outcome.SUCCESS);
        return new ExchangeResult.Answered(withoutKey(call, response).build(), null);
    }

    private ExchangeResult successful(RunningCall call, Response response, Lease lease) throws IOException {
        boolean saysEvents = isOfType(EVENTS, response);
        if (!saysEvents
                && WholeAnswer.isWebPage(call.request(), response, call.facts().operation())) {
            return webPage(call, response, lease);
        }
        return saysEvents || mayBeEvents(call, response) ? stream(call, response, lease) : whole(call, response, lease);
    }

    private ExchangeResult webPage(RunningCall call, Response response, Lease lease) {
        ErrorVerdict verdict =
                ErrorClassifier.read(BAD_GATEWAY, ErrorBody.read(response, masking), contextOf(call, lease));
        return failed(call, lease, verdict, OwnResponses.notAnAnswer(call.request()));
    }

    private ExchangeResult refused(RunningCall call, Response response, Lease lease) {
        String body = ErrorBody.read(response, masking);
        ErrorVerdict verdict = FlexPatience.judge(
                call, ErrorClassifier.read(response.code(), body + redirectOf(response), contextOf(call, lease)));
        if (verdict.consumerProject() != null) {
            projectAliases.named(lease.keyName(), lease.project(), verdict.consumerProject());
        }
        return failed(
                call,
                lease,
                verdict,
                ErrorBody.readable(withoutKey(call, response).build(), body, masking));
    }

    /** Returns the target of a redirect: Google redirects suspected bots to a special page. */
    private String redirectOf(Response response) {
        String location = response.isRedirect() ? response.header("Location") : null;
        return location == null ? "" : "\nLocation: " + masking.mask(location);
    }

    private static boolean isOfType(String type, Response response) {
        String given = response.header("Content-Type");
        return given != null && given.regionMatches(true, 0, type, 0, type.length());
    }

    /** Requested events may come without a type, or as plain text. */
    private static boolean mayBeEvents(RunningCall call, Response response) {
        return call.facts().operation() == Operation.STREAM
                && "sse".equals(call.request().url().queryParameter("alt"))
                && response.header("Content-Encoding") == null
                && (response.header("Content-Type") == null || isOfType("text/plain", response));
    }

    private ExchangeResult whole(RunningCall call, Response response, Lease lease) throws IOException {
        ResponseBody body = Objects.requireNonNull(response.body());
        boolean asksForParts = AnswerPeek.asksForParts(call.request());
        if (body.contentLength() == 0) {
            return withoutBody(call, response, lease, asksForParts ? EmptyResponse.NO_BODY : null);
        }
        boolean isJson = ErrorInAnswer.isJson(response);
        // OkHttp decompresses only what it has asked for itself; a response that the caller asked to be compressed is
        // left alone.
        boolean isPlainJson = isJson && response.header("Content-Encoding") == null;
        String error = isJson ? ErrorInAnswer.find(response, body.source(), masking) : null;
        if (error != null) {
            body.close();
            return errorInside(call, error, inStream(call, error, lease), lease);
        }
        boolean isRead = WholeAnswer.isReadBeforehand(
                call.request(), response, call.facts().operation());
        if (isRead && !answers.read(body)) {
            return tooLarge(response, lease);
        }
        if (isRead && isPlainJson && WholeAnswer.isCut(body)) {
            retireConnection(call.context());
            throw new IOException("The response ended in the middle of its JSON");
        }
        ResourceScan names = isPlainJson ? namesIn(call, lease) : null;
        if (isRead) {
            return read(call, response, end(call, response, lease, null, names), isPlainJson);
        }
        EmptyResponse empty = asksForParts ? AnswerPeek.ofWhole(body.source(), isPlainJson) : null;
        return handOver(call, response, body, body.source(), end(call, response, lease, empty, names), empty);
    }

    /** The rest may still come, where the next response should begin. */
    private static void retireConnection(CallContext context) {
        ConnectionState connection = context.connection();
        if (connection != null) {
            connection.retire();
        }
    }

    /** Hands over a response that has been read completely: its attempt has ended. */
    private ExchangeResult read(RunningCall call, Response response, AnswerEnd end, boolean isPlainJson)
            throws IOException {
        BufferedSource body = Objects.requireNonNull(response.body()).source();
        Buffer content = body.getBuffer();
        end.passed(content, content.size());
        if (AnswerPeek.asksForParts(call.request())) {
            judge(end, body, isPlainJson);
        }
        resources.answered(call.request(), call.facts(), response, end.lease().project());
        end.exhausted();
        return new ExchangeResult.Answered(withoutKey(call, response).build(), end.empty());
    }

    /** Finds out whether a response is empty: by its parts, which have passed, and by its text only if they had no content. */
    private static void judge(AnswerEnd end, BufferedSource body, boolean isPlainJson) throws IOException {
        if (!isPlainJson) {
            end.setEmpty(AnswerPeek.ofWhole(body, false));
        } else if (!end.hasContent()) {
            end.judge(AnswerPeek.ofWhole(body, true));
        }
    }

    private ExchangeResult tooLarge(Response response, Lease lease) {
        response.close();
        Failure failure = AttemptFailures.tooLarge(answers);
        lease.complete(Outcome.brokenOff(failure, null));
        return new ExchangeResult.Failed(failure, List.of(), null, new IOException(answers.refusal()));
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
        AnswerEnd end = end(call, response, lease, null, namesIn(call, lease));
        Consumer<String> onError = json -> end.failedInStream(inStream(call, json, lease));
        EventStream events = AnswerPeek.asksForParts(call.request())
                ? EventStream.ofModel(
                        call.request(),
                        body.source(),
                        masking,
                        onError,
                        end::cut,
                        end::isFinished,
                        call.context().poolCall().takesMarkers())
                : new EventStream(body.source(), masking, onError);
        end.of(events);
        String firstError = events.firstError();
        ErrorVerdict first = end.inStream();
        if (firstError != null && first != null) {
            body.close();
            return errorInside(call, firstError, first, lease);
        }
        return handOver(call, response, body, events, end, events.empty());
    }

    private AnswerEnd end(
            RunningCall call,
            Response response,
            Lease lease,
            @Nullable EmptyResponse empty,
            @Nullable ResourceScan names) {
        boolean readsFacts = call.facts().operation().takesQuota();
        AnswerScan facts =
                readsFacts ? new AnswerScan(call.facts().model(), response.header(SERVICE_TIER_HEADER)) : null;
        return new AnswerEnd(call, lease, failures, continuations, empty, facts, names);
    }

    private @Nullable ResourceScan namesIn(RunningCall call, Lease lease) {
        return resources.scanOf(call.request(), call.facts(), lease.project());
    }

    /** Turns an error in a response with status 200 into the error response that it should have been. */
    private static ExchangeResult errorInside(RunningCall call, String json, ErrorVerdict verdict, Lease lease) {
        int status = verdict.failure().status();
        return failed(call, lease, verdict, OwnResponses.ofError(call.request(), status, json));
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
        call.context().poolCall().answered();
        call.context().handsOver();
        watchReader(call, wrapped, end);
        end.lease().answered();
        if (end.lease().isSample()) {
            end.lease().sampled(call.print());
        }
        return new ExchangeResult.Answered(wrapped, empty);
    }

    /** A reader may go away without closing the response, or stop reading. */
    private void watchReader(RunningCall call, Response wrapped, AnswerEnd end) {
        if (wrapped.body() instanceof WatchedBody body) {
            if (end.isStream()) {
                end.watchedBy(readers.over(body.life(), end.lease()));
            }
            call.context().poolCall().whenCancelled(call.context().call(), body.life()::leave);
        }
    }

    private static ExchangeResult failed(RunningCall call, Lease lease, ErrorVerdict verdict, Response response) {
        Failure failure = verdict.failure();
        long print = Ambiguity.of(failure) == Ambiguity.NONE ? 0 : call.print();
        lease.complete(Outcome.refused(
                        failure, verdict.exceededQuotas(), call.context().isSent())
                .of(print));
        return new ExchangeResult.Failed(failure, verdict.exceededQuotas(), response, null);
    }

    private ErrorVerdict inStream(RunningCall call, String error, Lease lease) {
        return FlexPatience.judge(call, ErrorClassifier.readInStream(error, contextOf(call, lease)));
    }

    private AttemptContext contextOf(RunningCall call, Lease lease) {
        return failures.contextOf(
                lease,
                lease.modelFor(call.facts()),
                call.request().url(),
                call.facts().affinity() != null,
                call.facts().takesQuota(),
                call.facts().use());
    }
}
