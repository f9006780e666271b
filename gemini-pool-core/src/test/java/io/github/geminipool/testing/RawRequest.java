package io.github.geminipool.testing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads requests for raw servers. */
public final class RawRequest {

    private static final String LENGTH = "Content-Length: ";

    private RawRequest() {}

    /** Reads a request with its body and returns its first line. */
    public static String read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("no request came");
            }
            head.append((char) next);
        }
        int at = head.indexOf(LENGTH);
        int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + LENGTH.length(), head.indexOf("\r\n", at)));
        in.readNBytes(length);
        return head.substring(0, head.indexOf("\r\n"));
    }
}
