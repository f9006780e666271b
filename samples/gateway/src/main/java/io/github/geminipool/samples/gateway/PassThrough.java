package io.github.geminipool.samples.gateway;

import io.github.geminipool.failure.PoolClosedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Headers;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.internal.http.HttpMethod;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerResponse;

/** Passes requests on to Gemini, and the responses back. Thread-safe. */
@Component
class PassThrough {

    /** Responses up to this size are read as a whole. */
    private static final long MAX_WHOLE = 256 * 1024;

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    private static final Pattern RETRY_DELAY = Pattern.compile("\"retryDelay\"\\s*:\\s*\"(\\d{1,9})(?:\\.\\d+)?s\"");

    private final GeminiApi api;
    private final Isolation isolation;
    private final CallReports reports;
    private final GatewayProperties properties;
    private final Scheduler readers;
    private final RequestBodies bodies;
    private final BodyMemory memory;
    private final UploadScans scans;

    PassThrough(
            GeminiApi api,
            Isolation isolation,
            CallReports reports,
            GatewayProperties properties,
            Scheduler readers,
            RequestBodies bodies,
            BodyMemory memory,
            UploadScans scans) {
        this.api = api;
        this.isolation = isolation;
        this.bodies = bodies;
        this.memory = memory;
        this.scans = scans;
        this.reports = reports;
        this.properties = properties;
        this.readers = readers;
    }

    /** A request on its way. */
    private record Passing(ServerWebExchange exchange, GeminiPath path, GatewayClient client) {

        ServerHttpRequest request() {
            return exchange.getRequest();
        }

        ServerHttpResponse response() {
            return exchange.getResponse();
        }

        String method() {
            return request().getMethod().name();
        }

        Mono<Void> refuse(OwnAnswer answer) {
            return answer.send(response(), path.dialect());
        }
    }

    Mono<Void> pass(ServerWebExchange exchange, GeminiPath path, GatewayClient client) {
        Passing passing = new Passing(exchange, path, client);
        String method = passing.method();
        if (!METHODS.contains(method)) {
            return passing.refuse(OwnAnswer.invalid("The gateway does not forward " + method + " requests."));
        }
        OwnAnswer refusal = isolation.refusal(path, method, client);
        if (refusal != null) {
            return passing.refuse(refusal);
        }
        Headers headers;
        try {
            headers = GatewayHeaders.ofRequest(passing.request().getHeaders());
        } catch (IllegalArgumentException e) {
            return passing.refuse(OwnAnswer.invalid("The gateway can't forward one of the request's headers."));
        }
        Request.Builder request = new Request.Builder().url(path.url()).headers(headers);
        return Mono.using(
                () -> memory.share(client),
                share -> HttpMethod.permitsRequestBody(method)
                        ? passBody(passing, share, request)
                        : call(passing, share, request.method(method, null).build(), null),
                BodyMemory.Share::close);
    }

    private Mono<Void> passBody(Passing passing, BodyMemory.Share share, Request.Builder request) {
        return Mono.using(
                        () -> scan(passing),
                        scan -> bodies.read(
                                        passing.request(), passing.path(), passing.client(), share, scan.orElse(null))
                                .flatMap(body -> call(
                                        passing,
                                        share,
                                        request.method(passing.method(), body).build(),
                                        scan.orElse(null))),
                        scan -> scan.ifPresent(UploadScans.Scan::brokeOff))
                .onErrorResume(
                        RefusedException.class,
                        e -> passing.response().isCommitted() ? Mono.error(e) : passing.refuse(e.answer()));
    }

    private Optional<UploadScans.Scan> scan(Passing passing) {
        RequestBodies.Reading reading = RequestBodies.reading(passing.request(), passing.path(), passing.client());
        return reading == RequestBodies.Reading.SCANNED
                ? Optional.of(scans.scan(
                        passing.path().upload(), resource -> isolation.isOfAnother(resource, passing.client())))
                : Optional.empty();
    }

    private Mono<Void> call(Passing passing, BodyMemory.Share share, Request request, UploadScans.@Nullable Scan scan) {
        CallReports.Report report = new CallReports.Report();
        Call call = reports.reported(report, () -> api.http(passing.client()).newCall(request));
        return Mono.<Response>create(sink -> {
                    AtomicBoolean isLeft = new AtomicBoolean();
                    sink.onCancel(() -> {
                        isLeft.set(true);
                        call.cancel();
                    });
                    call.enqueue(new Callback() {
                        @Override
                        public void onResponse(Call answered, Response response) {
                            sink.success(response);
                            if (isLeft.get()) {
                                response.close();
                            }
                        }

                        @Override
                        public void onFailure(Call failed, IOException e) {
                            if (!isLeft.get()) {
                                sink.error(e);
                            }
                        }
                    });
                })
                .doOnNext(response -> {
                    if (scan != null) {
                        scan.answered(response.code());
                    }
                })
                .flatMap(response -> answer(passing, share, call, response, report))
                .onErrorResume(
                        e -> e instanceof IOException && !passing.response().isCommitted(),
                        e -> passing.refuse(refusalAfter(e, call)));
    }

    private static OwnAnswer refusalAfter(Throwable failure, Call call) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof RefusedException refused) {
                return refused.answer();
            }
            if (cause instanceof TimeoutException) {
                return OwnAnswer.stalled();
            }
            if (cause instanceof PoolClosedException) {
                return OwnAnswer.closing();
            }
        }
        return call.isCanceled() || failure instanceof InterruptedIOException
                ? OwnAnswer.ended()
                : OwnAnswer.unreachable();
    }

    private Mono<Void> answer(
            Passing passing, BodyMemory.Share share, Call call, Response response, CallReports.Report report) {
        Isolation.Handling handling = isolation.handling(passing.path(), passing.method(), response, passing.client());
        ServerHttpResponse answer = passing.response();
        answer.setStatusCode(HttpStatusCode.valueOf(response.code()));
        GatewayHeaders.copy(
                response,
                answer.getHeaders(),
                api.baseUrl(),
                () -> GatewayHeaders.addressOf(passing.request(), properties.publicUrl()));
        if (properties.poolHeaders()) {
            answer.getHeaders().set("x-gemini-pool-attempts", String.valueOf(report.attempts()));
            if (report.key() != null) {
                answer.getHeaders().set("x-gemini-pool-key", report.key());
            }
        }
        long length = response.body().contentLength();
        if (passing.method().equals("HEAD")) {
            response.close();
            return answer.setComplete();
        }
        boolean isShort = length >= 0 && length <= MAX_WHOLE;
        if (isUnderstood(handling) || !response.isSuccessful() || isShort || isRead(passing.path(), response)) {
            return whole(passing, share, response, handling);
        }
        if (!HeldResponse.isCharged(response, share)) {
            response.close();
            return passing.refuse(OwnAnswer.busy());
        }
        if (length >= 0) {
            answer.getHeaders().setContentLength(length);
        }
        boolean learns = handling == Isolation.Handling.LEARN_FROM_START;
        AnswerBody body = new AnswerBody(
                call,
                response,
                answer.bufferFactory(),
                readers,
                start -> !learns || isolation.readStart(start, passing.client()));
        return answer.writeAndFlushWith(body.parts(() -> cut(answer)));
    }

    private static void cut(ServerHttpResponse answer) {
        HttpServerResponse connected = ServerHttpResponseDecorator.getNativeResponse(answer);
        connected.withConnection(connection -> {
            Future<Void> unused = connection.channel().close();
        });
    }

    private static boolean isUnderstood(Isolation.Handling handling) {
        return handling == Isolation.Handling.LEARN || handling == Isolation.Handling.FILTER;
    }

    /** Returns whether the pool has already read a response whole, even if its length is unknown because it was compressed. */
    private static boolean isRead(GeminiPath path, Response response) {
        boolean isJson = "application/json".equals(Isolation.mediaType(response));
        return isJson
                && !path.isDownload()
                && !path.isStream()
                && response.body().source().getBuffer().size() <= MAX_WHOLE;
    }

    private Mono<Void> whole(Passing passing, BodyMemory.Share share, Response response, Isolation.Handling handling) {
        byte @Nullable [] body;
        try (response) {
            body = HeldResponse.read(response, share);
        } catch (IOException e) {
            return Mono.error(e);
        } catch (RefusedException e) {
            return passing.refuse(e.answer());
        }
        ServerHttpResponse answer = passing.response();
        if (handling != Isolation.Handling.PASS) {
            body = isolation.read(body, handling, passing.path(), passing.method(), passing.client());
        }
        if (body == null) {
            return passing.refuse(OwnAnswer.unreachable());
        }
        if (response.code() == 429 && response.header(HttpHeaders.RETRY_AFTER) == null) {
            Matcher delay = RETRY_DELAY.matcher(new String(body, StandardCharsets.UTF_8));
            if (delay.find()) {
                answer.getHeaders().set(HttpHeaders.RETRY_AFTER, Objects.requireNonNull(delay.group(1)));
            }
        }
        answer.getHeaders().setContentLength(body.length);
        return answer.writeWith(Mono.just(answer.bufferFactory().wrap(body)));
    }
}
