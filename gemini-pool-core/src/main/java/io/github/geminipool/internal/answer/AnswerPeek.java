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
 * Finds out whether a response is empty, without consuming it. A response that is not empty has its parts near the start and
 * is read no further. Quotation marks within a text are escaped, so a text cannot be mistaken for a field.
 */
public final class AnswerPeek {

    /** Maximum length of a response without parts; longer ones are taken as not empty. */
    static final long LIMIT = 16 * 1024;

    private static final String[] EMPTY_TEXT = {"{", "\"text\"", ":", "\"\"", "}", "]"};
    private static final ByteString PARTS = ByteString.encodeUtf8("\"parts\"");

    private AnswerPeek() {}

    /** Returns whether the response to a request must have parts. */
    public static boolean asksForParts(Request request) {
        var segments = request.url().pathSegments();
        String method = segments.get(segments.size() - 1);
        return method.endsWith(":generateContent") || method.endsWith(":streamGenerateContent");
    }

    /** Returns why a whole response is empty; null if it is not empty, or cannot be judged. */
    public static @Nullable EmptyResponse ofWhole(BufferedSource body, boolean isJson) throws IOException {
        if (!body.request(1)) {
            return EmptyResponse.NO_BODY;
        }
        String text = isJson ? withoutParts(body, 0, false) : null;
        JsonNode response = text == null ? null : EmptyResponses.parse(text);
        if (response == null || !response.isContainerNode()) {
            return response != null && response.isMissingNode() ? EmptyResponse.NO_BODY : null;
        }
        if (EmptyResponses.isContinued(response)) {
            return null;
        }
        EmptyResponse reason = EmptyResponses.reasonOf(response);
        return reason != null ? reason : EmptyResponse.NO_PARTS;
    }

    /**
     * Returns the text from a position to the end of the source, or of the line, if it has no parts; null if it has parts or
     * is too long.
     */
    static @Nullable String withoutParts(BufferedSource in, long from, boolean line) throws IOException {
        Buffer available = in.getBuffer();
        long at = from;
        while (true) {
            long name = available.indexOf(PARTS, at);
            long end = line ? available.indexOf((byte) '\n', at) : -1;
            if (name >= 0 && (end < 0 || name < end)) {
                at = name + PARTS.size();
                if (beginsFilledArray(in, at)) {
                    return null;
                }
            } else if (end >= 0) {
                return end - from > LIMIT ? null : text(available, from, end);
            } else {
                long size = available.size();
                if (size - from > LIMIT) {
                    return null;
                }
                at = Math.max(at, size - PARTS.size() + 1);
                if (!in.request(size + 1)) {
                    return text(available, from, size);
                }
            }
        }
    }

    private static boolean beginsFilledArray(BufferedSource in, long afterName) throws IOException {
        long afterColon = Lookahead.after(in, ":", Lookahead.afterAny(in, Lookahead.WHITE_SPACE, afterName));
        long inArray = afterColon < 0
                ? -1
                : Lookahead.after(in, "[", Lookahead.afterAny(in, Lookahead.WHITE_SPACE, afterColon));
        return inArray > 0
                && Lookahead.after(in, "]", Lookahead.afterAny(in, Lookahead.WHITE_SPACE, inArray)) < 0
                && !holdsOneEmptyText(in, inArray);
    }

    /** Returns whether the only element of an array is a part with an empty text and nothing else. */
    private static boolean holdsOneEmptyText(BufferedSource in, long inArray) throws IOException {
        long at = inArray;
        for (String token : EMPTY_TEXT) {
            at = at < 0 ? at : Lookahead.after(in, token, Lookahead.afterAny(in, Lookahead.WHITE_SPACE, at));
        }
        return at > 0;
    }

    private static String text(Buffer buffer, long from, long end) {
        Buffer copy = new Buffer();
        buffer.copyTo(copy, from, end - from);
        return copy.readUtf8();
    }
}
