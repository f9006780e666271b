package io.github.geminipool.internal.answer;

import io.github.geminipool.internal.wire.ErrorClassifier;
import java.io.IOException;
import java.util.Locale;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** An error that came with status 200: the SDK takes it for an answer that says nothing. */
public final class ErrorInAnswer {

    private static final String WHITE_SPACE = " \t\r\n";

    private final Lookahead ahead;
    private final BufferedSource body;

    private ErrorInAnswer(BufferedSource body) {
        this.ahead = new Lookahead(body);
        this.body = body;
    }

    /** The masked JSON of an error, if the body is one; of any other body only the first characters are looked at. */
    public static @Nullable String find(Response response, BufferedSource body, Masking masking) throws IOException {
        boolean isFile = "media".equals(response.request().url().queryParameter("alt"));
        ErrorInAnswer answer = new ErrorInAnswer(body);
        if (!isJson(response) || isFile || !answer.beginsWithError()) {
            return null;
        }
        String text = ErrorBody.bounded(masking, limit -> answer.peek(limit));
        return ErrorClassifier.isError(text) ? text : null;
    }

    public static boolean isJson(Response response) {
        String type = response.header("Content-Type");
        return type != null && type.toLowerCase(Locale.ROOT).contains("json");
    }

    private boolean beginsWithError() throws IOException {
        long at = ahead.afterAny(WHITE_SPACE, 0);
        long inArray = ahead.after("[", at);
        if (inArray > 0) {
            at = ahead.afterAny(WHITE_SPACE, inArray);
        }
        long inObject = ahead.after("{", at);
        return inObject > 0 && ahead.after("\"error\"", ahead.afterAny(WHITE_SPACE, inObject)) > 0;
    }

    private Buffer peek(long limit) throws IOException {
        Buffer peeked = new Buffer();
        body.request(limit);
        body.getBuffer().copyTo(peeked, 0, Math.min(limit, body.getBuffer().size()));
        return peeked;
    }
}
