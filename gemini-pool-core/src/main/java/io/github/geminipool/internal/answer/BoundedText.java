package io.github.geminipool.internal.answer;

import java.io.IOException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** Reads a text of limited length from a stream. */
final class BoundedText {

    private BoundedText() {}

    /** Reads the rest of the line, or of the stream; returns null if it exceeds the limit. */
    static @Nullable String line(BufferedSource in) throws IOException {
        long newline = in.indexOf((byte) '\n', 0, ErrorBody.LIMIT);
        if (newline >= 0) {
            String line = in.readUtf8(newline);
            in.skip(1);
            return line;
        }
        return in.request(ErrorBody.LIMIT) ? null : in.readUtf8();
    }

    /** Reads the JSON object or array that begins here; returns null if there is none, or it exceeds the limit. */
    static @Nullable String json(BufferedSource in) throws IOException {
        return Lookahead.after(in, "{", 0) > 0 || Lookahead.after(in, "[", 0) > 0 ? container(in) : null;
    }

    private static @Nullable String container(BufferedSource in) throws IOException {
        int depth = 0;
        boolean inString = false;
        boolean escaped = false;
        for (long at = 0; at < ErrorBody.LIMIT && in.request(at + 1); at++) {
            byte b = in.getBuffer().getByte(at);
            if (inString) {
                inString = escaped || b != '"';
                escaped = !escaped && b == '\\';
            } else if (b == '"') {
                inString = true;
            } else if (b == '{' || b == '[') {
                depth++;
            } else if ((b == '}' || b == ']') && --depth == 0) {
                return in.readUtf8(at + 1);
            }
        }
        return null;
    }
}
