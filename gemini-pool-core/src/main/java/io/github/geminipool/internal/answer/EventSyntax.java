package io.github.geminipool.internal.answer;

import java.io.IOException;
import okio.BufferedSource;

/** Recognizes the start of a line of server-sent events without consuming it. */
final class EventSyntax {

    static final String DATA = "data:";
    static final String BLANKS = " \t";

    private EventSyntax() {}

    static boolean startsWithData(BufferedSource in) throws IOException {
        return Lookahead.after(in, DATA, 0) > 0;
    }

    /** Returns whether a comment or a field other than data follows. */
    static boolean startsWithAnotherField(BufferedSource in) throws IOException {
        return Lookahead.after(in, ":", 0) > 0
                || Lookahead.after(in, "event:", 0) > 0
                || Lookahead.after(in, "id:", 0) > 0
                || Lookahead.after(in, "retry:", 0) > 0;
    }

    /** Returns whether the end mark of other APIs is at a position of a line. */
    static boolean isDone(BufferedSource in, long at) throws IOException {
        return Lookahead.after(in, "[DONE]", Lookahead.afterAny(in, BLANKS, at)) > 0;
    }

    /** Returns whether a line of data is an error: Gemini's, or an error event of the Interactions API. */
    static boolean dataIsError(BufferedSource in) throws IOException {
        long object = Lookahead.after(in, "{", Lookahead.afterAny(in, BLANKS, DATA.length()));
        return object > 0 && startsWithErrorField(in, Lookahead.afterAny(in, BLANKS, object));
    }

    private static boolean startsWithErrorField(BufferedSource in, long at) throws IOException {
        return Lookahead.after(in, "\"error\"", at) > 0
                || hasErrorValue(in, Lookahead.after(in, "\"event_type\"", at))
                || hasErrorValue(in, Lookahead.after(in, "\"type\"", at));
    }

    private static boolean hasErrorValue(BufferedSource in, long afterName) throws IOException {
        long afterColon = afterName < 0
                ? Lookahead.NO_MATCH
                : Lookahead.after(in, ":", Lookahead.afterAny(in, BLANKS, afterName));
        return afterColon > 0 && Lookahead.after(in, "\"error\"", Lookahead.afterAny(in, BLANKS, afterColon)) > 0;
    }
}
