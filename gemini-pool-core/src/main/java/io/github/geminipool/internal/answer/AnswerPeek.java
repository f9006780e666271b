package io.github.geminipool.internal.answer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.internal.wire.EmptyResponses;
import java.io.IOException;
import okhttp3.Request;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether an answer says anything, without taking it from its source. One that does names its parts in the
 * beginning, and is looked at no further; quotes within a text are escaped, and no names.
 */
public final class AnswerPeek {

    /** What is longer is not judged. */
    static final long LIMIT = 16 * 1024;

    private static final String WHITE_SPACE = " \t\r\n";
    private static final ByteString PARTS = ByteString.encodeUtf8("\"parts\"");

    private AnswerPeek() {}

    /** Whether a request asks for an answer with parts. */
    public static boolean asksForParts(Request request) {
        var segments = request.url().pathSegments();
        String method = segments.get(segments.size() - 1);
        return method.endsWith(":generateContent") || method.endsWith(":streamGenerateContent");
    }

    /** What kind of empty a whole answer is; null if it is not, or can't be judged. */
    public static @Nullable EmptyResponse ofWhole(BufferedSource body, boolean isJson) throws IOException {
        if (!body.request(1)) {
            return EmptyResponse.NO_BODY;
        }
        String text = isJson ? withoutParts(body, 0, false) : null;
        JsonNode answer = text == null ? null : EmptyResponses.parse(text);
        if (answer == null || !answer.isContainerNode()) {
            return answer != null && answer.isMissingNode() ? EmptyResponse.NO_BODY : null;
        }
        EmptyResponse reason = EmptyResponses.reasonOf(answer);
        return reason != null ? reason : EmptyResponse.NO_PARTS;
    }

    /** What comes from a place on if it has no parts, up to the end or that of a line; null if it has, or is too long. */
    static @Nullable String withoutParts(BufferedSource in, long from, boolean line) throws IOException {
        Buffer there = in.getBuffer();
        long at = from;
        while (true) {
            long name = there.indexOf(PARTS, at);
            long end = line ? there.indexOf((byte) '\n', at) : -1;
            if (name >= 0 && (end < 0 || name < end)) {
                at = name + PARTS.size();
                if (beginsFilledArray(new Lookahead(in), at)) {
                    return null;
                }
            } else if (end >= 0) {
                return end - from > LIMIT ? null : text(there, from, end);
            } else {
                long size = there.size();
                if (size - from > LIMIT) {
                    return null;
                }
                at = Math.max(at, size - PARTS.size() + 1);
                if (!in.request(size + 1)) {
                    return text(there, from, size);
                }
            }
        }
    }

    private static boolean beginsFilledArray(Lookahead ahead, long afterName) throws IOException {
        long afterColon = ahead.after(":", ahead.afterAny(WHITE_SPACE, afterName));
        long inArray = afterColon < 0 ? -1 : ahead.after("[", ahead.afterAny(WHITE_SPACE, afterColon));
        return inArray > 0 && ahead.after("]", ahead.afterAny(WHITE_SPACE, inArray)) < 0;
    }

    private static String text(Buffer buffer, long from, long end) {
        Buffer copy = new Buffer();
        buffer.copyTo(copy, from, end - from);
        return copy.readUtf8();
    }
}
