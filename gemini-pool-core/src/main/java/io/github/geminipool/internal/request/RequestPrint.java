package io.github.geminipool.internal.request;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import okhttp3.Request;
import okhttp3.RequestBody;

/** Tells requests apart. */
public final class RequestPrint {

    private RequestPrint() {}

    /**
     * Returns a fingerprint of a request's URL and body.
     *
     * @return 0 if the body can be written only once, or can't be written
     */
    public static long of(Request request) {
        RequestBody body = request.body();
        long url = request.url().hashCode();
        if (body == null) {
            return nonZero(url);
        }
        if (body.isOneShot() || body.isDuplex()) {
            return 0;
        }
        CRC32C checksum = new CRC32C();
        try {
            BodySink.write(body, new CheckedOutputStream(OutputStream.nullOutputStream(), checksum));
        } catch (IOException | RuntimeException e) {
            return 0;
        }
        return nonZero(url << 32 ^ checksum.getValue());
    }

    private static long nonZero(long print) {
        return print == 0 ? 1 : print;
    }
}
