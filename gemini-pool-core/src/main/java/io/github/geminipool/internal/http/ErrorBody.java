package io.github.geminipool.internal.http;

import java.io.IOException;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.GzipSource;
import okio.Source;

/** Reads the body of an error answer: at most 64 KiB of it, decompressed, since half a megabyte may be half a gigabyte. */
final class ErrorBody {

    static final long LIMIT = 64 * 1024;

    private ErrorBody() {}

    /** What the body says without secrets, as far as it could be read. The response is closed. */
    static String read(Response response, Masking masking) {
        // A secret that the limit cuts in two would not be known for one: read on past it, mask, then cut.
        String masked = masking.mask(read(response, LIMIT + masking.longest()));
        return masked.length() <= LIMIT ? masked : masked.substring(0, (int) LIMIT);
    }

    private static String read(Response response, long limit) {
        Buffer read = new Buffer();
        try (ResponseBody body = Objects.requireNonNull(response.body())) {
            BufferedSource source = body.source();
            boolean compressed = "gzip".equalsIgnoreCase(response.header("Content-Encoding"));
            fill(read, compressed ? new GzipSource(source) : source, limit);
        } catch (IOException e) {
            // A cut body is judged by what came of it.
            return read.readUtf8();
        }
        return read.readUtf8();
    }

    private static void fill(Buffer read, Source source, long limit) throws IOException {
        long count = 0;
        while (count >= 0 && read.size() < limit) {
            count = source.read(read, limit - read.size());
        }
    }

    /** The response with another body, which needs no closing. */
    static Response replace(Response response, String text) {
        MediaType type = response.body() == null ? null : response.body().contentType();
        return response.newBuilder()
                .removeHeader("Content-Encoding")
                .removeHeader("Content-Length")
                .body(ResponseBody.create(text, type))
                .build();
    }
}
