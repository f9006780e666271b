package io.github.geminipool.samples.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Reads the bodies of requests: JSON as a whole, files as they pass through. Thread-safe. */
@Component
class RequestBodies {

    /** Parts of uploads up to this size are kept, so that they can be sent again with another key. */
    private static final long MAX_KEPT_UPLOAD = 1024 * 1024;

    /** Bodies up to this size are parsed at once; larger ones by another thread, since an event loop has other clients to serve. */
    private static final int MAX_QUICK = 64 * 1024;

    /** What OpenAI's SDKs send as forms. */
    private static final Set<String> FORMS = Set.of("files", "images", "audio", "videos");

    private static final MediaType JSON = MediaType.get("application/json");
    private static final Set<String> PLAIN =
            Set.of("application/json", "application/json; charset=utf-8", "application/json;charset=utf-8");

    /** The protocols that send a file in one request. */
    private static final Set<String> WHOLE_UPLOADS = Set.of("raw", "multipart", "media");

    private final Isolation isolation;
    private final GatewayProperties properties;
    private final Scheduler readers;

    RequestBodies(Isolation isolation, GatewayProperties properties, Scheduler readers) {
        this.isolation = isolation;
        this.properties = properties;
        this.readers = readers;
    }

    /** How a body is read. */
    enum Reading {
        /** It is parsed before it passes. */
        CHECKED,
        /** It is kept, but not parsed. */
        KEPT,
        /** It is searched as it passes. */
        SCANNED
    }

    /** Returns how the body of a request is read. */
    static Reading reading(ServerHttpRequest request, GeminiPath path, GatewayClient client) {
        if (client.isUnread()) {
            return Reading.KEPT;
        }
        return isUpload(path, type(request)) && isFile(path, request.getHeaders()) ? Reading.SCANNED : Reading.CHECKED;
    }

    /**
     * Reads a body. Fails with a {@link RefusedException} if the client may not send it.
     *
     * @param share the body's share of the memory
     * @param scan scans the body before it passes; null to scan nothing
     */
    Mono<RequestBody> read(
            ServerHttpRequest request,
            GeminiPath path,
            GatewayClient client,
            BodyMemory.Share share,
            UploadScans.@Nullable Scan scan) {
        MediaType type = type(request);
        long length = request.getHeaders().getContentLength();
        Reading reading = reading(request, path, client);
        if (reading != Reading.KEPT && isCompressed(request.getHeaders())) {
            return Mono.error(
                    new RefusedException(OwnAnswer.invalid("The gateway does not accept compressed requests.")));
        }
        if (reading != Reading.KEPT && type == null && request.getHeaders().containsHeader(HttpHeaders.CONTENT_TYPE)) {
            return Mono.error(
                    new RefusedException(OwnAnswer.invalid("The gateway can't read the type of the request.")));
        }
        Consumer<ByteBuffer> look = scan == null ? part -> {} : look(scan, type, path);
        boolean isSmall = length >= 0 && length <= MAX_KEPT_UPLOAD;
        if (isUpload(path, type) && reading != Reading.CHECKED && !isSmall && !saysItsModel(path, client)) {
            return Mono.just(new UploadBody(request.getBody(), type, length, properties.stallTimeout(), look));
        }
        Mono<ByteString> whole = whole(request.getBody().timeout(properties.stallTimeout()), length, share)
                .onErrorMap(TimeoutException.class, e -> new RefusedException(OwnAnswer.stalled()));
        return switch (reading) {
            case CHECKED -> whole.flatMap(body -> checked(body, type, client));
            case SCANNED -> whole.flatMap(body -> scanned(body, type, look));
            case KEPT -> whole.map(body -> RequestBody.create(body, type));
        };
    }

    /** Returns whether the pool has to read a form, because its client may use only certain models. */
    private static boolean saysItsModel(GeminiPath path, GatewayClient client) {
        return !client.models().isEmpty()
                && path.dialect() == GeminiPath.Dialect.OPENAI
                && !path.segments().get(2).equals("files");
    }

    private Mono<ByteString> whole(Flux<DataBuffer> parts, long length, BodyMemory.Share share) {
        // Memory is taken as the parts come, so that a client that merely announces a large body takes none away from
        // others.
        if (isTooLarge(length, share)) {
            return Mono.error(new RefusedException(OwnAnswer.tooLarge()));
        }
        // A snapshot shares the buffer's memory. For a short body, that is not worth keeping the buffer.
        return parts.collect(Buffer::new, (body, part) -> add(part, body, share))
                .map(body -> body.size() > MAX_QUICK ? body.snapshot() : body.readByteString());
    }

    private boolean isTooLarge(long length, BodyMemory.Share share) {
        return length > properties.maxBodySize().toBytes() || length > share.max();
    }

    private @Nullable OwnAnswer refusalOf(long length, BodyMemory.Share share) {
        if (isTooLarge(length, share)) {
            return OwnAnswer.tooLarge();
        }
        return share.reach(length) ? null : OwnAnswer.busy();
    }

    private void add(DataBuffer part, Buffer body, BodyMemory.Share share) {
        try (DataBuffer.ByteBufferIterator bytes = part.readableByteBuffers()) {
            OwnAnswer refusal = refusalOf(body.size() + part.readableByteCount(), share);
            if (refusal != null) {
                throw new RefusedException(refusal);
            }
            while (bytes.hasNext()) {
                body.write(bytes.next());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            DataBufferUtils.release(part);
        }
    }

    private Mono<RequestBody> checked(ByteString body, @Nullable MediaType type, GatewayClient client) {
        boolean isOther = type != null
                && !type.subtype().equals("json")
                && !type.subtype().endsWith("+json");
        if (isOther && body.size() > 0) {
            return Mono.error(new RefusedException(OwnAnswer.invalid("The gateway accepts requests as JSON only.")));
        }
        Mono<RequestBody> checked = Mono.fromCallable(() -> {
            OwnAnswer refusal = isolation.refusalOf(body, client);
            if (refusal != null) {
                throw new RefusedException(refusal);
            }
            return RequestBody.create(body, body.size() == 0 ? type : asJson(type));
        });
        return quickly(checked, body);
    }

    /** Returns a type by which everybody reads the body as the gateway did. */
    private static MediaType asJson(@Nullable MediaType type) {
        return type != null && PLAIN.contains(type.toString().toLowerCase(Locale.ROOT)) ? type : JSON;
    }

    private Mono<RequestBody> scanned(ByteString body, @Nullable MediaType type, Consumer<ByteBuffer> look) {
        Mono<RequestBody> scanned = Mono.fromCallable(() -> {
            try (Buffer.UnsafeCursor part = new Buffer().write(body).readUnsafe()) {
                while (part.next() >= 0) {
                    look.accept(ByteBuffer.wrap(Objects.requireNonNull(part.data), part.start, part.end - part.start));
                }
            }
            return RequestBody.create(body, type);
        });
        return quickly(scanned, body);
    }

    private Mono<RequestBody> quickly(Mono<RequestBody> understood, ByteString body) {
        return body.size() > MAX_QUICK ? understood.subscribeOn(readers) : understood;
    }

    private static Consumer<ByteBuffer> look(UploadScans.Scan scan, @Nullable MediaType type, GeminiPath path) {
        if (type == null || !isForm(type) || path.upload() != null) {
            return scan::read;
        }
        PartEncodings encodings = PartEncodings.of(type);
        return part -> {
            encodings.read(part.duplicate());
            scan.read(part);
        };
    }

    private static @Nullable MediaType type(ServerHttpRequest request) {
        String contentType = request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
        return contentType == null ? null : MediaType.parse(contentType);
    }

    private static boolean isCompressed(HttpHeaders headers) {
        return headers.getOrEmpty(HttpHeaders.CONTENT_ENCODING).stream()
                .anyMatch(encoding -> !encoding.equalsIgnoreCase("identity"));
    }

    private static boolean isForm(@Nullable MediaType type) {
        return type != null && type.type().equals("multipart");
    }

    /** Returns whether a body is a file, or a part of one, rather than JSON. */
    private static boolean isUpload(GeminiPath path, @Nullable MediaType type) {
        return switch (path.dialect()) {
            case UPLOAD -> true;
            case OPENAI -> isForm(type) && FORMS.contains(path.segments().get(2));
            default -> false;
        };
    }

    /** Returns whether an upload's body is the file itself: a part of a session, raw, or a form. Other bodies describe the file. */
    private static boolean isFile(GeminiPath path, HttpHeaders headers) {
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
}
