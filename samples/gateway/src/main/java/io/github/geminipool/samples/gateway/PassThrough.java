package io.github.geminipool.samples.gateway;

import io.github.geminipool.failure.PoolClosedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.internal.http.HttpMethod;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
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

    /** Parts of uploads up to this size are kept, so that they can be sent again with another key. */
    private static final long MAX_KEPT_UPLOAD = 1024 * 1024;

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    /** What OpenAI's SDKs send as forms. */
    private static final Set<String> FORMS = Set.of("files", "images", "audio", "videos");

    /** The protocols that send a file at once. */
    private static final Set<String> WHOLE_UPLOADS = Set.of("raw", "multipart", "media");

    private static final Pattern RETRY_DELAY = Pattern.compile("\"retryDelay\"\\s*:\\s*\"(\\d{1,9})(?:\\.\\d+)?s\"");

    private final GeminiApi api;
    private final Isolation isolation;
    private final CallReports reports;
    private final GatewayProperties properties;
    private final Scheduler readers;

    PassThrough(
            GeminiApi api, Isolation isolation, CallReports reports, GatewayProperties properties, Scheduler readers) {
        this.api = api;
        this.isolation = isolation;
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
        if (!HttpMethod.permitsRequestBody(method)) {
            return call(passing, request.method(method, null).build());
        }
        return body(passing)
                .flatMap(body -> call(passing, request.method(method, body).build()))
                .onErrorResume(DataBufferLimitException.class, e -> passing.refuse(OwnAnswer.tooLarge()))
                .onErrorResume(Refused.class, e -> passing.refuse(e.answer()));
    }

    /** A body that the client may not send. */
    private static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient OwnAnswer answer;

        Refused(OwnAnswer answer) {
            super(answer.message(), null, false, false);
            this.answer = answer;
        }

        OwnAnswer answer() {
            return answer;
        }
    }

    private Mono<RequestBody> body(Passing passing) {
        HttpHeaders headers = passing.request().getHeaders();
        String contentType = headers.getFirst(HttpHeaders.CONTENT_TYPE);
        MediaType type = contentType == null ? null : MediaType.parse(contentType);
        long length = headers.getContentLength();
        boolean isUpload = isUpload(passing, type);
        boolean isChecked = !passing.client().seesAll() && !(isUpload && isFile(passing, headers));
        if (isUpload && !isChecked && (length < 0 || length > MAX_KEPT_UPLOAD)) {
            return Mono.just(new UploadBody(passing.request().getBody(), type, length));
        }
        int maxSize = (int) properties.maxBodySize().toBytes();
        return DataBufferUtils.join(passing.request().getBody(), maxSize)
                .map(PassThrough::bytes)
                .defaultIfEmpty(new byte[0])
                .map(bytes -> {
                    OwnAnswer refusal = isChecked ? refusalOf(bytes, type, passing, headers) : null;
                    if (refusal != null) {
                        throw new Refused(refusal);
                    }
                    return RequestBody.create(bytes, type);
                });
    }

    private @Nullable OwnAnswer refusalOf(
            byte[] bytes, @Nullable MediaType type, Passing passing, HttpHeaders headers) {
        boolean isOther = type != null
                && !type.subtype().equals("json")
                && !type.subtype().endsWith("+json");
        if (isOther && bytes.length > 0) {
            return OwnAnswer.invalid("The gateway reads requests as JSON only.");
        }
        String encoding = headers.getFirst(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null
                && !encoding.equalsIgnoreCase("identity")
                && !passing.client().seesAll()) {
            return OwnAnswer.invalid("The gateway reads no compressed requests.");
        }
        return isolation.refusalOf(bytes, passing.client());
    }

    /** Returns whether a body is a file, or a part of one, rather than JSON. */
    private static boolean isUpload(Passing passing, @Nullable MediaType type) {
        boolean isForm = type != null && type.type().equals("multipart");
        return switch (passing.path().dialect()) {
            case UPLOAD -> true;
            case OPENAI -> isForm && FORMS.contains(passing.path().segments().get(2));
            default -> false;
        };
    }

    /** Returns whether an upload's body is the file itself: a part of a session, raw, or a form. Others describe it. */
    private static boolean isFile(Passing passing, HttpHeaders headers) {
        GeminiPath path = passing.path();
        if (path.dialect() != GeminiPath.Dialect.UPLOAD) {
            return true;
        }
        boolean isStart = String.join(",", headers.getOrEmpty("X-Goog-Upload-Command"))
                .toLowerCase(Locale.ROOT)
                .contains("start");
        List<@Nullable String> protocols = new ArrayList<>(headers.getOrEmpty("X-Goog-Upload-Protocol"));
        protocols.addAll(path.url().queryParameterValues("uploadType"));
        protocols.addAll(path.url().queryParameterValues("upload_protocol"));
        boolean isWhole = !protocols.isEmpty()
                && protocols.stream().allMatch(each -> each != null && WHOLE_UPLOADS.contains(each));
        return !isStart && (path.upload() != null || isWhole);
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private Mono<Void> call(Passing passing, Request request) {
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
                .flatMap(response -> answer(passing, call, response, report))
                .onErrorResume(
                        e -> e instanceof IOException && !passing.response().isCommitted(),
                        e -> passing.refuse(refusalAfter(e, call)));
    }

    private static OwnAnswer refusalAfter(Throwable failure, Call call) {
        if (failure.getCause() instanceof PoolClosedException) {
            return OwnAnswer.closing();
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
                response, answer.getHeaders(), GatewayHeaders.addressOf(passing.request(), properties.publicUrl()));
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
