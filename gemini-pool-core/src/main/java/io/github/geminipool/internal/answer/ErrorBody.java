package io.github.geminipool.internal.answer;

import io.github.geminipool.internal.wire.CanonicalError;
import java.io.IOException;
import java.util.Objects;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.Source;

/** Reads the body of an error response: at most 64 KiB after decompression, which protects against compression bombs. */
public final class ErrorBody {

    /** Maximum number of bytes or characters. */
    public static final long LIMIT = 64 * 1024;

    private ErrorBody() {}

    /** Reads a body up to a limit. */
    interface Reading {
        Buffer upTo(long limit) throws IOException;
    }

    /** Reads the body as far as possible, masks secrets in it, and closes the response. */
    public static String read(Response response, Masking masking) {
        Buffer read = new Buffer();
        MediaType type = response.body() == null ? null : response.body().contentType();
        try {
            fill(read, response, LIMIT + masking.longest());
        } catch (IOException e) {
            // A truncated body is judged by the part that arrived.
        }
        return bounded(masking, BodyText.of(read, type));
    }

    /** Reads a text with secrets masked, up to the limit. */
    static String bounded(Masking masking, Reading reading) throws IOException {
        return bounded(masking, BodyText.of(reading.upTo(LIMIT + masking.longest()), null));
    }

    /** A secret truncated by the limit would not be recognized: reads past the limit, masks, then truncates. */
    private static String bounded(Masking masking, String text) {
        String masked = masking.maskInCut(text);
        return masked.length() <= LIMIT ? masked : masked.substring(0, (int) LIMIT);
    }

    private static void fill(Buffer read, Response response, long limit) throws IOException {
        try (ResponseBody body = Objects.requireNonNull(response.body())) {
            Source source = BodyText.decompressed(response, body);
            if (source == null) {
                return;
            }
            long count = 0;
            while (count >= 0 && read.size() < limit) {
                count = source.read(read, limit - read.size());
            }
        }
    }

    /**
     * Returns an error response with secrets masked in status line and headers, and with its body in a shape that Google's SDK
     * reads. The body needs no closing.
     */
    public static Response readable(Response response, String text, Masking masking) {
        if (response.request().method().equals("HEAD")) {
            return replace(response, "", masking);
        }
        String canonical = CanonicalError.of(response.code(), text, OwnResponses.shapeFor(response.request()));
        Response replaced = replace(response, canonical, masking);
        return canonical.equals(text)
                ? replaced
                : replaced.newBuilder()
                        .header("Content-Type", OwnResponses.JSON.toString())
                        .body(ResponseBody.create(canonical, OwnResponses.JSON))
                        .build();
    }

    /** Returns the response with secrets masked in status line and headers, and with another body, which needs no closing. */
    public static Response replace(Response response, String text, Masking masking) {
        MediaType type = response.body() == null ? null : response.body().contentType();
        Headers.Builder headers = new Headers.Builder();
        for (int i = 0; i < response.headers().size(); i++) {
            String name = response.headers().name(i);
            if (!name.equalsIgnoreCase("Content-Encoding") && !name.equalsIgnoreCase("Content-Length")) {
                headers.addUnsafeNonAscii(name, masking.mask(response.headers().value(i)));
            }
        }
        return response.newBuilder()
                .message(masking.mask(response.message()))
                .headers(headers.build())
                .body(ResponseBody.create(text, type))
                .build();
    }
}
