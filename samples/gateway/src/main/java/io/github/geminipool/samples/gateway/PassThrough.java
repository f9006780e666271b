package io.github.geminipool.samples.gateway;

import io.github.geminipool.failure.PoolClosedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
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

/** Passes a request to Gemini and its response back. Thread-safe. */
@Component
class PassThrough {

    /** Responses up to this size are read at once. */
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
            return passing.refuse(OwnAnswer.invalid("The gateway does not pass " + method + "."));
        }
        OwnAnswer refusal = isolation.refusal(path, method, client);
        if (refusal != null) {
            return passing.refuse(refusal);
        }
        Headers headers;
        try {
            headers = GatewayHeaders.ofRequest(passing.request().getHeaders());
        } catch (IllegalArgumentException e) {
            return passing.refuse(OwnAnswer.invalid("The gateway can't pass a header of the request."));
        }
        Request.Builder request = new Request.Builder().url(path.url()).headers(headers);
        return HttpMethod.permitsRequestBody(method)
                ? passBody(passing, request)
                : call(passing, request.method(method, null).build(), null);
    }

    private Mono<Void> passBody(Passing passing, Request.Builder request) {
        UploadScans.Scan scan = null;
        if (RequestBodies.reading(passing.request(), passing.path(), passing.client())
                == RequestBodies.Reading.SCANNED) {
            scan = scans.scan(passing.path().upload(), resource -> isolation.isOfAnother(resource, passing.client()));
            if (scan == null) {
                return passing.refuse(OwnAnswer.invalid("Too many parts of the upload have broken off."));
            }
        }
        UploadScans.Scan scanned = scan;
        return Mono.using(
                        memory::share,
                        share -> bodies.read(passing.request(), passing.path(), passing.client(), share, scanned)
                                .flatMap(body -> call(
                                        passing,
                                        request.method(passing.method(), body).build(),
                                        scanned)),
                        BodyMemory.Share::close)
                .onErrorResume(
                        RefusedException.class,
                        e -> passing.response().isCommitted() ? Mono.error(e) : passing.refuse(e.answer()));
    }

    private Mono<Void> call(Passing passing, Request request, UploadScans.@Nullable Scan scan) {
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
                .transform(answered -> scan == null ? answered : followed(answered, scan))
                .flatMap(response -> answer(passing, call, response, report))
                .onErrorResume(
                        e -> e instanceof IOException && !passing.response().isCommitted(),
                        e -> passing.refuse(refusalAfter(e, call)));
    }

    private static Mono<Response> followed(Mono<Response> answered, UploadScans.Scan scan) {
        return answered.doOnNext(response -> scan.answered(response.code()))
                .doOnError(e -> scan.brokeOff())
                .doOnCancel(scan::brokeOff);
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

    private Mono<Void> answer(Passing passing, Call call, Response response, CallReports.Report report) {
        Isolation.Handling handling = isolation.handling(passing.path(), passing.method(), response, passing.client());
        ServerHttpResponse answer = passing.response();
        answer.setStatusCode(HttpStatusCode.valueOf(response.code()));
        GatewayHeaders.copy(
                response,
                answer.getHeaders(),
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
        if (handling == Isolation.Handling.LEARN
                || handling == Isolation.Handling.FILTER
                || !response.isSuccessful()
                || (length >= 0 && length <= MAX_WHOLE)) {
            return whole(passing, response, handling);
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

    private Mono<Void> whole(Passing passing, Response response, Isolation.Handling handling) {
        byte @Nullable [] body;
        try (response) {
            body = response.body().bytes();
        } catch (IOException e) {
            return Mono.error(e);
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
