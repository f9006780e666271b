package io.github.geminipool.internal.answer;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.Inflater;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ByteString;
import okio.GzipSource;
import okio.InflaterSource;
import okio.Source;
import org.jspecify.annotations.Nullable;

/** Reads bodies as text, whatever their compression and their charset. */
final class BodyText {

    /** Maximum number of compressions of a body, one within another. */
    private static final int MAX_CODINGS = 3;

    private static final Charset UTF_32BE = Charset.forName("UTF-32BE");
    private static final Charset UTF_32LE = Charset.forName("UTF-32LE");

    private BodyText() {}

    /** Returns the decompressed body; null if its compression is unknown. */
    static @Nullable Source decompressed(Response response, ResponseBody body) throws IOException {
        Source source = body.source();
        String[] codings = String.join(",", response.headers("Content-Encoding"))
                .toLowerCase(Locale.ROOT)
                .split(",", -1);
        if (codings.length > MAX_CODINGS) {
            return null;
        }
        // The last one was applied last.
        for (int i = codings.length - 1; i >= 0; i--) {
            switch (codings[i].strip()) {
                case "", "identity" -> {}
                case "gzip", "x-gzip" -> source = new GzipSource(source);
                case "deflate" -> source = new InflaterSource(source, new Inflater());
                default -> {
                    return null;
                }
            }
        }
        return source;
    }

    /** Decodes what was received as text: by its byte order mark, else by the declared charset, else as UTF-8. */
    static String of(Buffer received, @Nullable MediaType type) {
        for (Charset marked :
                new Charset[] {UTF_32BE, UTF_32LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE}) {
            if (beginsWith(received, "\uFEFF".getBytes(marked))) {
                return received.readString(marked).substring(1);
            }
        }
        if (beginsWith(received, "\uFEFF".getBytes(StandardCharsets.UTF_8))) {
            return received.readUtf8().substring(1);
        }
        return received.readString(charset(received, type));
    }

    private static boolean beginsWith(Buffer buffer, byte[] bytes) {
        return buffer.rangeEquals(0, ByteString.of(bytes));
    }

    private static Charset charset(Buffer received, @Nullable MediaType type) {
        Charset declared = type == null ? null : type.charset(null);
        if (received.size() > 3 && received.getByte(1) == 0 && received.getByte(2) == 0) {
            boolean isFirst = received.getByte(0) != 0;
            boolean isLast = received.getByte(3) != 0;
            if (isFirst != isLast) {
                return isFirst ? UTF_32LE : UTF_32BE;
            }
        }
        boolean first = received.size() > 1 && received.getByte(0) == 0;
        boolean second = received.size() > 1 && received.getByte(1) == 0;
        if (first != second) {
            // The first character of JSON and HTML is ASCII.
            return first ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
        }
        boolean isWide = declared != null
                && declared.name().startsWith("UTF-")
                && !declared.name().equals("UTF-8");
        return declared == null || (isWide && !first) ? StandardCharsets.UTF_8 : declared;
    }
}
