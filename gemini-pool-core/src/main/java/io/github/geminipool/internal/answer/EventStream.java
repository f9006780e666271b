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
 * A stream of server-sent events, searched for errors. Gemini sends an error within a stream as bare JSON, which the SDK
 * takes for the end; here it becomes an event, which the SDK throws. Anything else that is not an event, such as a proxy's
 * error page, becomes an error event too.
 *
 * <p>Events pass as they arrive: only the first characters of a line are looked at. Not thread-safe, except for
 * {@link #empty()}.
 */
public final class EventStream implements Source {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String BROKEN =
            "{\"error\":{\"code\":500,\"message\":\"The stream contains something that is not an event\","
                    + "\"status\":\"INTERNAL\"}}";

    private static final String EMPTY_EVENT = "data: {}\n\n";

    private final BufferedSource in;
    private final Masking masking;
    private final Consumer<String> onError;

    /** Receives the failure of a broken connection; null if the reader does not read ahead. */
    private final @Nullable Consumer<IOException> onCut;

    /** Finds out whether the stream is empty; null if that is unknown for its kind of events. */
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
     * @param onError receives an error as JSON with secrets masked
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
     * Wraps a stream for the SDK's {@code ResponseStream}, which reads one event ahead and loses the current one if that
     * fails. When the connection breaks, the reader therefore gets the rest of a truncated event, or an empty event, before
     * it gets the exception; that is the event that is lost.
     *
     * @param onCut receives the failure as soon as the connection breaks
     */
    public static EventStream readAhead(
            Source upstream, Masking masking, Consumer<String> onError, Consumer<IOException> onCut) {
        return new EventStream(upstream, masking, onError, onCut, new EventsPeek());
    }

    /** Waits for the first event and returns it if it is an error, as JSON with secrets masked; else null. Consumes nothing. */
    @Nullable
    public String firstError() throws IOException {
        while (!sawData && error == null && !ended && ready.size() < ErrorBody.LIMIT) {
            advance();
        }
        return error;
    }

    /** Returns why the response is empty, as far as it has arrived; null if it is not empty, or that is unknown. */
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
                // The rest of a line that was being looked at.
                ready.writeAll(in.getBuffer());
            }
            ready.writeUtf8(remnant());
        }
    }

    /** Returns the end of a truncated event, or an empty event. */
    private String remnant() {
        if (!atLineStart) {
            return inData ? "\n\n" : "\n" + (dataIsWhole ? "\n" : "") + EMPTY_EVENT;
        }
        return dataIsWhole ? "\n" + EMPTY_EVENT : EMPTY_EVENT;
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
            } else if (EventSyntax.startsWithData(in)) {
                beginDataLine();
            } else if (EventSyntax.startsWithAnotherField(in)) {
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

    private void beginDataLine() throws IOException {
        if (EventSyntax.dataIsError(in)) {
            String line = BoundedText.line(in);
            fail(
                    line == null
                            ? BROKEN
                            : masking.mask(
                                    line.substring(EventSyntax.DATA.length()).strip()));
        } else {
            sawData = true;
            atLineStart = false;
            inData = true;
            if (peek != null) {
                peek.line(in, EventSyntax.DATA.length());
            }
        }
    }

    /**
     * Turns anything that is not an event into events: bare JSON, or else an error, since the SDK would skip it and take its
     * end for the end of the stream. JSON passes as soon as it is complete, even if the connection breaks then.
     */
    private void reframe() throws IOException {
        in.skip(Lookahead.afterAny(in, EventSyntax.BLANKS, 0));
        String json = BoundedText.json(in);
        if (json == null) {
            fail(BROKEN);
            return;
        }
        try {
            afterBareJson = true;
            JsonNode value = JSON.readTree(masking.mask(json));
            for (JsonNode element : value.isArray() ? value : List.of(value)) {
                event(element);
            }
        } catch (JsonProcessingException e) {
            fail(BROKEN);
        }
    }

    private void event(JsonNode value) {
        if (error != null) {
            return;
        }
        if (!value.isObject()) {
            fail(BROKEN);
        } else if (value.has("error")) {
            fail(value.toString());
        } else {
            sawData = true;
            sawEvent = true;
            if (peek != null) {
                peek.response(value);
            }
            ready.writeUtf8("data: " + value + "\n\n");
        }
    }

    /** Ends the stream with an error: the SDK reads one event ahead and would lose the error to the next one. */
    private void fail(String json) {
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
