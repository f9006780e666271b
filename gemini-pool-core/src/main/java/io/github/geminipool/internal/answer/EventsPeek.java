package io.github.geminipool.internal.answer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.internal.wire.EmptyResponses;
import java.io.IOException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a stream of responses is empty. Looks at each event before it passes, until one has parts, which is
 * usually the first; events without parts and without a finish reason may precede it.
 */
final class EventsPeek {

    private boolean undecided = true;
    private boolean sawResponse;
    private volatile @Nullable EmptyResponse empty;

    /** Looks at a line of data that is about to pass; its data begins at a position in the source. */
    void line(BufferedSource in, long from) throws IOException {
        if (undecided) {
            String text = AnswerPeek.withoutParts(in, from, true);
            JsonNode response = text == null ? null : EmptyResponses.parse(text);
            undecided = response != null;
            if (response != null) {
                withoutParts(response);
            }
        }
    }

    /** Looks at a response that did not arrive as an event and is about to pass. */
    void response(JsonNode response) {
        if (undecided) {
            undecided = response.findValues("parts").stream().allMatch(JsonNode::isEmpty);
            if (undecided) {
                withoutParts(response);
            }
        }
    }

    private void withoutParts(JsonNode response) {
        sawResponse |= response.isObject();
        if (EmptyResponses.isContinued(response)) {
            undecided = false;
            return;
        }
        EmptyResponse reason = EmptyResponses.reasonOf(response);
        if (reason != null) {
            undecided = false;
            empty = reason;
        }
    }

    /** Records that the stream has ended regularly. */
    void ended() {
        if (undecided) {
            undecided = false;
            empty = sawResponse ? EmptyResponse.NO_PARTS : EmptyResponse.NO_BODY;
        }
    }

    /** Returns why the stream is empty, as far as it has arrived; null if it is not. Thread-safe. */
    @Nullable
    EmptyResponse empty() {
        return empty;
    }
}
