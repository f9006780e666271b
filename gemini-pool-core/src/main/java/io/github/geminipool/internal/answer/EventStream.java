package io.github.geminipool.internal.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminipool.event.EmptyResponse;
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
public final class EventStream implements Source {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String BROKEN =
            "{\"error\":{\"code\":500,\"message\":\"The stream broke off with something that is not an event\","
                    + "\"status\":\"INTERNAL\"}}";

    private static final String BLANKS = " \t";
    private static final String NO_EVENT = "data: {}\n\n";

    private final BufferedSource in;
    private final Masking masking;
    private final Consumer<String> onError;

    /** Is told that the connection is cut; null where readers don't read ahead. */
    private final @Nullable Consumer<IOException> onCut;

    /** Looks whether the stream says anything; null where that is not known of its events. */
    private final @Nullable EventsPeek peek;

    private final Buffer ready = new Buffer();
    private boolean atLineStart = true;
    private boolean afterBareJson;
    private boolean sawData;
    private boolean ended;
    private boolean inData;
    private boolean dataIsWhole;
    private boolean sawEvent;
    private @Nullable String error;
    private @Nullable IOException cut;

    /**
     * Wraps a stream.
     *
     * @param onError is told the masked JSON of an error
     */
    public EventStream(Source upstream, Masking masking, Consumer<String> onError) {
        this(upstream, masking, onError, null, null);
    }

    private EventStream(
            Source upstream,
            Masking masking,
            Consumer<String> onError,
            @Nullable Consumer<IOException> onCut,
            @Nullable EventsPeek peek) {
        this.in = Okio.buffer(upstream);
        this.masking = masking;
        this.onError = onError;
        this.onCut = onCut;
        this.peek = peek;
    }

    /**
     * Wraps a stream of answers for the SDK's {@code ResponseStream}, which reads an event ahead and, where that fails,
     * loses the one that it has. So after a cut connection it gets something to read ahead before it gets the exception:
     * what came of the next event, or an event that says nothing. That is what it loses.
     *
     * @param onCut is told at once that the connection is cut
     */
    public static EventStream readAhead(
            Source upstream, Masking masking, Consumer<String> onError, Consumer<IOException> onCut) {
        return new EventStream(upstream, masking, onError, onCut, new EventsPeek());
    }

    /** Waits for the first event; returns the masked JSON of an error if it is one. No event is lost by this. */
    @Nullable
    public String firstError() throws IOException {
        while (!sawData && error == null && !ended && ready.size() < ErrorBody.LIMIT) {
            advance();
        }
        return error;
    }

    /** What kind of empty the answer is, as far as it has come; null if it is not, or that is not known of its kind. */
    @Nullable
    public EmptyResponse empty() {
        return peek == null ? null : peek.empty();
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
        while (ready.exhausted()) {
            if (cut != null) {
                throw cut;
            }
            if (ended) {
                return -1;
            }
            advanceOrCut();
        }
        return ready.read(sink, byteCount);
    }

    private void advanceOrCut() throws IOException {
        try {
            advance();
        } catch (IOException e) {
            if (onCut == null || !(sawEvent || dataIsWhole)) {
                throw e;
            }
            cut = e;
            onCut.accept(e);
            if (!atLineStart) {
                // A line that was looked at when it was cut.
                ready.writeAll(in.getBuffer());
            }
            ready.writeUtf8(remnant());
        }
    }

    /** What ends the event that is cut, or else is one by itself. */
    private String remnant() {
        if (!atLineStart) {
            return inData ? "\n\n" : "\n" + (dataIsWhole ? "\n" : "") + NO_EVENT;
        }
        return dataIsWhole ? "\n" + NO_EVENT : NO_EVENT;
    }

    private void advance() throws IOException {
        if (!in.request(1)) {
            ended = true;
            if (peek != null) {
                peek.ended();
            }
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
                inData = false;
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
        dataIsWhole |= inData && atLineStart;
    }

    private void passLineBreak() throws IOException {
        sawEvent |= dataIsWhole;
        dataIsWhole = false;
        if (afterBareJson) {
            in.skip(1);
        } else {
            ready.write(in.getBuffer(), 1);
        }
    }

    private boolean startsWithData() throws IOException {
        return Lookahead.after(in, "data:", 0) > 0;
    }

    private boolean startsWithAnotherField() throws IOException {
        return Lookahead.after(in, ":", 0) > 0
                || Lookahead.after(in, "event:", 0) > 0
                || Lookahead.after(in, "id:", 0) > 0
                || Lookahead.after(in, "retry:", 0) > 0;
    }

    private void beginDataLine() throws IOException {
        long object = Lookahead.after(in, "{", Lookahead.afterAny(in, BLANKS, "data:".length()));
        if (object > 0 && isError(Lookahead.afterAny(in, BLANKS, object))) {
            String line = line();
            failed(line == null ? BROKEN : masking.mask(line.substring(5).strip()));
        } else {
            sawData = true;
            atLineStart = false;
            inData = true;
            if (peek != null) {
                peek.line(in, "data:".length());
            }
        }
    }

    /** Whether an error follows: Gemini's, or an event of the Interactions API. */
    private boolean isError(long at) throws IOException {
        return Lookahead.after(in, "\"error\"", at) > 0
                || saysError(Lookahead.after(in, "\"event_type\"", at))
                || saysError(Lookahead.after(in, "\"type\"", at));
    }

    private boolean saysError(long afterName) throws IOException {
        long afterColon = afterName < 0 ? -1 : Lookahead.after(in, ":", Lookahead.afterAny(in, BLANKS, afterName));
        return afterColon > 0 && Lookahead.after(in, "\"error\"", Lookahead.afterAny(in, BLANKS, afterColon)) > 0;
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
        in.skip(Lookahead.afterAny(in, BLANKS, 0));
        String json = Lookahead.after(in, "{", 0) > 0 || Lookahead.after(in, "[", 0) > 0 ? value() : null;
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
            sawEvent = true;
            if (peek != null) {
                peek.answer(value);
            }
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
