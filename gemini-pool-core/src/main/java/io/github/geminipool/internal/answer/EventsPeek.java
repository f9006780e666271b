package io.github.geminipool.internal.answer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.internal.wire.EmptyResponses;
import java.io.IOException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a stream of answers says anything. Its events are looked at, each before it passes, until one has
 * parts: most often that is the first. Events without parts and without a finish reason may come before it.
 */
final class EventsPeek {

    private boolean undecided = true;
    private boolean sawAnswer;
    private volatile @Nullable EmptyResponse empty;

    /** A line of data is to pass; its data begins at a place in the source. */
    void line(BufferedSource in, long from) throws IOException {
        if (undecided) {
            String text = AnswerPeek.withoutParts(in, from, true);
            JsonNode answer = text == null ? null : EmptyResponses.parse(text);
            undecided = answer != null;
            if (answer != null) {
                withoutParts(answer);
            }
        }
    }

    /** An answer that did not come as an event is to pass. */
    void answer(JsonNode answer) {
        if (undecided) {
            undecided = answer.findValues("parts").stream().allMatch(JsonNode::isEmpty);
            if (undecided) {
                withoutParts(answer);
            }
        }
    }

    private void withoutParts(JsonNode answer) {
        sawAnswer |= answer.isObject();
        EmptyResponse reason = EmptyResponses.reasonOf(answer);
        if (reason != null) {
            undecided = false;
            empty = reason;
        }
    }

    /** The stream has ended by itself. */
    void ended() {
        if (undecided) {
            undecided = false;
            empty = sawAnswer ? EmptyResponse.NO_PARTS : EmptyResponse.NO_BODY;
        }
    }

    /** What kind of empty the stream is, as far as it has come; null if it is not. */
    @Nullable
    EmptyResponse empty() {
        return empty;
    }
}
