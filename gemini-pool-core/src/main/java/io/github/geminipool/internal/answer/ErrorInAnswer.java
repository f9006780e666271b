package io.github.geminipool.internal.answer;

import io.github.geminipool.internal.wire.ErrorClassifier;
import java.io.IOException;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** Finds an error that arrived with status 200, which the SDK would take for an empty response. */
public final class ErrorInAnswer {

    private static final String WHITE_SPACE = " \t\r\n";
    private static final String JSON = "json";
    private static final String USUAL_TYPE = "application/json";

    private ErrorInAnswer() {}

    /**
     * Returns the error in a JSON response, with secrets masked; null if the body is not an error, of which only the first
     * characters are looked at. Consumes nothing of the body.
     */
    public static @Nullable String find(Response response, BufferedSource body, Masking masking) throws IOException {
        if (isFile(response) || !beginsWithError(body)) {
            return null;
        }
        String text = ErrorBody.bounded(masking, limit -> peek(body, limit));
        return ErrorClassifier.isError(text) ? text : null;
    }

    /** Returns whether a response claims to be JSON. */
    public static boolean isJson(Response response) {
        String type = response.header("Content-Type");
        if (type == null || type.startsWith(USUAL_TYPE)) {
            return type != null;
        }
        for (int i = 0; i <= type.length() - JSON.length(); i++) {
            if (type.regionMatches(true, i, JSON, 0, JSON.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFile(Response response) {
        return "media".equals(response.request().url().queryParameter("alt"));
    }

    private static boolean beginsWithError(BufferedSource body) throws IOException {
        long at = Lookahead.afterAny(body, WHITE_SPACE, Lookahead.afterMark(body));
        long inArray = Lookahead.after(body, "[", at);
        if (inArray > 0) {
            at = Lookahead.afterAny(body, WHITE_SPACE, inArray);
        }
        long inObject = Lookahead.after(body, "{", at);
        return inObject > 0 && Lookahead.after(body, "\"error\"", Lookahead.afterAny(body, WHITE_SPACE, inObject)) > 0;
    }

    private static Buffer peek(BufferedSource body, long limit) throws IOException {
        Buffer peeked = new Buffer();
        body.request(limit);
        body.getBuffer().copyTo(peeked, 0, Math.min(limit, body.getBuffer().size()));
        return peeked;
    }
}
