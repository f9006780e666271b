package io.github.geminipool.internal.answer;

import io.github.geminipool.spi.Operation;
import java.io.IOException;
import java.util.Objects;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;

/**
 * Reads responses whole before they are handed over: an attempt whose response is cut can then be made again, and its reader never
 * waits for the network. Streams and downloads are not read.
 *
 * @param maxSize the maximum size in bytes
 */
public record WholeAnswer(long maxSize) {

    /** Several copies of a response must fit into the heap: its bytes, its text, and what the SDK makes of it. */
    private static final long COPIES = 4;

    private static final String HTML = "text/html";

    /** Limits the size to what the heap of this JVM has room for. */
    public WholeAnswer {
        maxSize = Math.min(maxSize, Runtime.getRuntime().maxMemory() / COPIES);
    }

    /** Returns whether a successful response that is not a stream of events is read whole. */
    public static boolean isReadBeforehand(Request request, Response response, Operation operation) {
        return switch (operation) {
            case GENERATE, EMBED, COUNT_TOKENS -> true;
            case STREAM -> false;
            default -> ErrorInAnswer.isJson(response) && !isDownload(request);
        };
    }

    /** Returns whether a request asks for the content of a file, of whatever type. */
    public static boolean isDownload(Request request) {
        return "media".equals(request.url().queryParameter("alt"));
    }

    /**
     * Returns whether a successful response is a web page, such as that of a proxy or a login, where JSON or events are
     * expected. Consumes nothing.
     */
    public static boolean isWebPage(Request request, Response response, Operation operation) throws IOException {
        if (operation == Operation.UPLOAD_START || operation == Operation.UPLOAD_CHUNK || isDownload(request)) {
            return false;
        }
        ResponseBody body = Objects.requireNonNull(response.body());
        String type = response.header("Content-Type");
        if (type != null && type.regionMatches(true, 0, HTML, 0, HTML.length())) {
            return body.contentLength() != 0;
        }
        // Neither JSON nor events begin so, whatever the page is said to be.
        return operation.takesQuota() && response.header("Content-Encoding") == null && beginsWith("<", body.source());
    }

    private static boolean beginsWith(String text, BufferedSource body) throws IOException {
        long start = Lookahead.afterAny(body, Lookahead.WHITE_SPACE, Lookahead.afterMark(body));
        return Lookahead.after(body, text, start) > 0;
    }

    /**
     * Returns whether a body of JSON that was {@linkplain #read read} lacks its end: without a length, or with a wrong one, a
     * connection that broke looks like the end.
     */
    public static boolean isCut(ResponseBody body) throws IOException {
        BufferedSource source = body.source();
        if (beginsWith("{", source)) {
            return !endsWith('}', source.getBuffer());
        }
        return beginsWith("[", source) && !endsWith(']', source.getBuffer());
    }

    private static boolean endsWith(char c, Buffer whole) {
        long last = whole.size() - 1;
        while (last >= 0 && Lookahead.WHITE_SPACE.indexOf((char) whole.getByte(last)) >= 0) {
            last--;
        }
        return last >= 0 && whole.getByte(last) == c;
    }

    /**
     * Reads a body into its own buffer: its reader gets it from there.
     *
     * @return false if it is too large
     */
    public boolean read(ResponseBody body) throws IOException {
        return body.contentLength() <= maxSize && !body.source().request(maxSize + 1);
    }

    /** Returns why a response is not read: what its caller is told. */
    public String refusal() {
        return "The response is larger than " + maxSize
                + " bytes, which is gemini.pool.http.max-answer-size or a quarter of"
                + " the heap. Ask for less, raise the limit, give the JVM more memory, or stream the response.";
    }
}
