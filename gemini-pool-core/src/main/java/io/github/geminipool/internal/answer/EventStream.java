package io.github.geminipool.internal.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.internal.stream.EventMarker;
import io.github.geminipool.internal.wire.CanonicalError;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import okhttp3.Request;
import okio.Buffer;
import okio.BufferedSource;
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

    private final ErrorField errors;
    private final BufferedSource in;
    private final Masking masking;
    private final Consumer<String> onError;

    /** Receives the failure of a broken connection before the reader does; null if it need not be told early. */
    private final @Nullable Consumer<IOException> onCut;

    /** Returns whether what has passed to the reader is a complete response. */
    private final BooleanSupplier isFinished;

    /** Finds out whether the stream is empty; null if that is unknown for its kind of events. */
    private final @Nullable EventsPeek peek;

    /**
     * Whether the reader is an SDK whose {@code ResponseStream} reads one event ahead and loses the current one if that fails. When
     * the connection breaks, it therefore gets the rest of a truncated event, or an empty event, before it gets the exception; that
     * is the event that is lost.
     */
    private final boolean isReadAhead;

    /** Whether each event is followed by a {@linkplain EventMarker marker}. */
    private final boolean isMarked;

    private final Buffer ready = new Buffer();
    private boolean atStart = true;
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
        this(upstream, masking, onError, null, () -> true, null, false, false);
    }

    private EventStream(
            Source upstream,
            Masking masking,
            Consumer<String> onError,
            @Nullable Consumer<IOException> onCut,
            BooleanSupplier isFinished,
            @Nullable EventsPeek peek,
            boolean isReadAhead,
            boolean isMarked) {
        this.errors = new ErrorField(upstream);
        this.in = errors.stream();
        this.masking = masking;
        this.onError = onError;
        this.onCut = onCut;
        this.isFinished = isFinished;
        this.peek = peek;
        this.isReadAhead = isReadAhead;
        this.isMarked = isMarked;
    }

    /**
     * Wraps a stream of a model for the client that asked for it. A stream that ends before the response is finished is treated
     * like a broken connection. A final {@code [DONE]}, which the SDK cannot read, is left out.
     *
     * @param onCut receives the failure as soon as the connection breaks
     * @param isFinished returns whether the events that have passed to the reader are a complete response
     * @param takesMarkers whether its reader takes a {@linkplain EventMarker marker} out again, which follows each event
     *     if the client would otherwise hold the event back
     */
    public static EventStream ofModel(
            Request request,
            Source upstream,
            Masking masking,
            Consumer<String> onError,
            Consumer<IOException> onCut,
            BooleanSupplier isFinished,
            boolean takesMarkers) {
        boolean isReadAhead = ReadAhead.isDoneBy(request);
        return new EventStream(
                upstream,
                masking,
                onError,
                onCut,
                isFinished,
                new EventsPeek(),
                isReadAhead,
                isReadAhead && takesMarkers);
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

    /** Waits until there is something to read, other than the rest of an event's end, or the end. Consumes nothing. */
    void fetch() throws IOException {
        if (cut == null && !ended && ready.size() == lineBreaks(ready)) {
            lineBreaks(in);
        }
    }

    /** Returns the number of line breaks with which a source begins. */
    private static long lineBreaks(BufferedSource of) throws IOException {
        long at = 0;
        while (of.request(at + 1) && "\r\n".indexOf(of.getBuffer().getByte(at)) >= 0) {
            at++;
        }
        return at;
    }

    /** Returns whether an error has ended the stream and its reader has got all of it. */
    boolean isOver() {
        return error != null && ready.exhausted();
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

    /**
     * Returns the missing end of an event; for a client that reads ahead, also that of a truncated one, or an empty
     * event.
     */
    private String remnant() {
        if (!isReadAhead) {
            return atLineStart && dataIsWhole ? "\n" : "";
        }
        if (!atLineStart) {
            return inData ? "\n\n" : "\n" + (dataIsWhole ? "\n" : "") + EMPTY_EVENT;
        }
        return dataIsWhole ? "\n" + EMPTY_EVENT : EMPTY_EVENT;
    }

    private void advance() throws IOException {
        if (atStart) {
            in.skip(Lookahead.afterMark(in));
            atStart = false;
        }
        if (!in.request(1)) {
            if (sawData && !isFinished.getAsBoolean()) {
                throw new IOException("The stream ended without a finish reason");
            }
            end();
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
            } else if (peek != null && EventSyntax.isDone(in, 0)) {
                end();
            } else {
                reframe();
            }
        }
    }

    private void end() {
        ended = true;
        if (peek != null) {
            peek.ended();
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
        boolean endsEvent = dataIsWhole;
        sawEvent |= endsEvent;
        dataIsWhole = false;
        if (afterBareJson) {
            in.skip(1);
        } else {
            ready.write(in.getBuffer(), 1);
        }
        if (endsEvent) {
            mark();
        }
    }

    private void mark() {
        if (isMarked) {
            ready.writeUtf8(EventMarker.EVENT);
        }
    }

    private void beginDataLine() throws IOException {
        if (peek != null && EventSyntax.isDone(in, EventSyntax.DATA.length())) {
            end();
        } else if (EventSyntax.dataIsError(in) || errors.isInLine(EventSyntax.DATA.length())) {
            String line = BoundedText.line(in);
            fail(
                    line == null
                            ? BROKEN
                            : CanonicalError.ofEvent(masking.mask(
                                    line.substring(EventSyntax.DATA.length()).strip())));
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
     * Turns anything else into events: bare JSON into one event, the rest into an error. The SDK would skip it, and
     * take its end for the end of the stream. JSON passes as soon as it is complete, even if the connection breaks
     * then.
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
            mark();
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
