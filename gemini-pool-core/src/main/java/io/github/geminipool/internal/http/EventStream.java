package io.github.geminipool.internal.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A stream of server-sent events, looked through for errors. Gemini sends an error in the middle of a stream as bare
 * JSON, which the SDK takes for the end; here it becomes an event, which the SDK throws. So does what is no event at
 * all, such as a page of a proxy.
 *
 * <p>Events pass as they come: only the first characters of a line are looked at.
 */
final class EventStream implements Source {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String BROKEN =
            "{\"error\":{\"code\":500,\"message\":\"The stream broke off with something that is not an event\","
                    + "\"status\":\"INTERNAL\"}}";

    private final BufferedSource in;
    private final Masking masking;
    private final Consumer<String> onError;
    private final Buffer ready = new Buffer();
    private boolean atLineStart = true;
    private boolean afterBareJson;
    private boolean sawData;
    private boolean ended;
    private @Nullable String error;

    /**
     * Wraps a stream.
     *
     * @param onError is told the masked JSON of an error
     */
    EventStream(Source upstream, Masking masking, Consumer<String> onError) {
        this.in = Okio.buffer(upstream);
        this.masking = masking;
        this.onError = onError;
    }

    /** Waits for the first event; returns the masked JSON of an error if it is one. No event is lost by this. */
    @Nullable
    String firstError() throws IOException {
        while (!sawData && error == null && !ended && ready.size() < ErrorBody.LIMIT) {
            advance();
        }
        return error;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
        while (ready.exhausted()) {
            if (ended) {
                return -1;
            }
            advance();
        }
        return ready.read(sink, byteCount);
    }

    private void advance() throws IOException {
        if (!in.request(1)) {
            ended = true;
        } else if (!atLineStart) {
            passToEndOfLine();
        } else {
            byte first = in.getBuffer().getByte(0);
            if (first == '\n' || first == '\r') {
                passLineBreak();
            } else if (startsWithData()) {
                beginDataLine();
            } else if (startsWithAnotherField()) {
                atLineStart = false;
            } else {
                reframe();
            }
        }
    }

    private void passToEndOfLine() throws IOException {
        afterBareJson = false;
        Buffer available = in.getBuffer();
        long newline = available.indexOf((byte) '\n');
        ready.write(available, newline < 0 ? available.size() : newline + 1);
        atLineStart = newline >= 0;
    }

    private void passLineBreak() throws IOException {
        if (afterBareJson) {
            in.skip(1);
        } else {
            ready.write(in.getBuffer(), 1);
        }
    }

    private boolean startsWithData() throws IOException {
        return follows(0, "data:") > 0;
    }

    private boolean startsWithAnotherField() throws IOException {
        return follows(0, ":") > 0 || follows(0, "event:") > 0 || follows(0, "id:") > 0 || follows(0, "retry:") > 0;
    }

    private void beginDataLine() throws IOException {
        long at = skipBlanks(5);
        long afterBrace = follows(at, "{");
        if (afterBrace > 0 && follows(skipBlanks(afterBrace), "\"error\"") > 0) {
            String line = line();
            failed(line == null ? BROKEN : masking.mask(line.substring(5).strip()));
        } else {
            sawData = true;
            atLineStart = false;
        }
    }

    /** Where the text ends if it stands at a place, else -1; asks for no byte more than that takes. */
    private long follows(long at, String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            if (!in.request(at + i + 1) || in.getBuffer().getByte(at + i) != text.charAt(i)) {
                return -1;
            }
        }
        return at + text.length();
    }

    private long skipBlanks(long from) throws IOException {
        long at = from;
        while (at < 64 && in.request(at + 1) && in.getBuffer().getByte(at) == ' ') {
            at++;
        }
        return at;
    }

    /** The rest of the line, or of the stream; null if it does not end within reason. */
    private @Nullable String line() throws IOException {
        long newline = in.indexOf((byte) '\n', 0, ErrorBody.LIMIT);
        if (newline >= 0) {
            String line = in.readUtf8(newline);
            in.skip(1);
            return line;
        }
        return in.request(ErrorBody.LIMIT) ? null : in.readUtf8();
    }

    /**
     * Turns what is no event into events: bare JSON, or else an error, since the SDK would skip it and take its end for
     * the stream's. JSON is handed on as soon as it is complete, whatever becomes of the connection.
     */
    private void reframe() throws IOException {
        in.skip(skipBlanks(0));
        String json = follows(0, "{") > 0 || follows(0, "[") > 0 ? value() : null;
        if (json == null) {
            failed(BROKEN);
            return;
        }
        try {
            afterBareJson = true;
            JsonNode value = JSON.readTree(masking.mask(json));
            for (JsonNode element : value.isArray() ? value : List.of(value)) {
                event(element);
            }
        } catch (JsonProcessingException e) {
            failed(BROKEN);
        }
    }

    /** The JSON object or array that begins here; null if it does not end within reason. */
    private @Nullable String value() throws IOException {
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

    private void event(JsonNode value) {
        if (error != null) {
            return;
        }
        if (!value.isObject()) {
            failed(BROKEN);
        } else if (value.has("error")) {
            failed(value.toString());
        } else {
            sawData = true;
            ready.writeUtf8("data: " + value + "\n\n");
        }
    }

    /** An error is the last event: the SDK reads one ahead, and would lose it to whatever came next. */
    private void failed(String json) {
        ready.writeUtf8("data: " + json + "\n\n");
        error = json;
        ended = true;
        onError.accept(json);
    }

    @Override
    public Timeout timeout() {
        return in.timeout();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
