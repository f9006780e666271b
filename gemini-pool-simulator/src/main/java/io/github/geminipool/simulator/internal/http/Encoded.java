package io.github.geminipool.simulator.internal.http;

import io.github.geminipool.simulator.Encoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Bodies in unusual encodings. */
final class Encoded {
    private Encoded() {}

    /** Encodes a UTF-8 body, and changes the headers accordingly. */
    static byte[] body(byte[] body, Encoding encoding, HttpFields.Mutable headers) {
        return switch (encoding) {
            case UTF_8_WITH_BOM -> joined(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, body);
            case UTF_16 -> {
                name(headers, "UTF-16");
                yield new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
            }
            case WRONG_CHARSET -> {
                name(headers, "ISO-8859-1");
                yield body;
            }
            case INVALID_UTF_8 -> invalid(body);
            case GZIP -> {
                headers.put(HttpHeader.CONTENT_ENCODING, "gzip");
                yield compressed(body);
            }
            case NOT_GZIP -> {
                headers.put(HttpHeader.CONTENT_ENCODING, "gzip");
                yield body;
            }
        };
    }

    private static void name(HttpFields.Mutable headers, String charset) {
        String type = headers.get(HttpHeader.CONTENT_TYPE).split(";", 2)[0];
        headers.put(HttpHeader.CONTENT_TYPE, type + "; charset=" + charset);
    }

    /** Replaces spaces, which are frequent in texts and harmless between the tokens of JSON. */
    private static byte[] invalid(byte[] body) {
        byte[] broken = body.clone();
        for (int i = 1; i < broken.length; i++) {
            boolean betweenLetters = Character.isLetter(broken[i - 1]) && broken[i] == ' ';
            broken[i] = betweenLetters ? (byte) 0xC3 : broken[i];
        }
        return broken;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.writeBytes(second);
        return all.toByteArray();
    }

    private static byte[] compressed(byte[] body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(all)) {
            gzip.write(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return all.toByteArray();
    }
}
