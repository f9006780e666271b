package io.github.geminipool.samples.batch;

import com.google.genai.types.Candidate;
import com.google.genai.types.FinishReason;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.failure.FailureKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes results as lines. A failure that may be due to an outage is held back until a later prompt is answered, which shows
 * that there is no outage. After too many such failures in a row the batch stops, and none of them counts as done.
 */
final class ResultWriter implements Consumer<GenerationResult> {

    /** Number of failures in a row that count as an outage. */
    static final int OUTAGE = 5;

    private static final String COMPLETE = FinishReason.Known.STOP.toString();

    private final PromptQueue queue;
    private final Results results;
    private final boolean withKey;
    private final List<ResultLine> held = new ArrayList<>();
    private Tally tally;

    ResultWriter(PromptQueue queue, Results results, boolean withKey, Tally before) {
        this.queue = queue;
        this.results = results;
        this.withKey = withKey;
        this.tally = before;
    }

    @Override
    public void accept(GenerationResult result) {
        ResultLine line = line(queue.answered(), result);
        RuntimeException failure = result.failure();
        Blame blame = failure == null ? Blame.PROMPT : Blame.of(failure);
        if (blame == Blame.KEYS) {
            throw stopped(String.valueOf(failure == null ? null : failure.getMessage()));
        }
        held.add(line);
        if (blame == Blame.PROMPT) {
            writeHeld();
        } else if (held.size() >= OUTAGE) {
            throw stopped(OUTAGE + " prompts in a row failed. Last failure: "
                    + (line.error() == null ? "" : line.error().message()));
        }
    }

    /** Writes the results held back; at the end of the batch they count as failures of their prompts. */
    void writeHeld() {
        for (ResultLine line : held) {
            results.write(line);
            tally = tally.plus(line);
        }
        held.clear();
    }

    private BatchException stopped(String why) {
        return new BatchException(
                ExitCode.STOPPED, "Stopped after " + tally.prompts() + ". " + results.howToContinue() + " " + why);
    }

    /** Returns the results so far, including earlier runs. */
    Tally tally() {
        return tally;
    }

    private ResultLine line(Prompt prompt, GenerationResult result) {
        String text = result.isSuccess() ? result.text() : null;
        String finish = result.response() == null ? null : finish(result.response());
        return new ResultLine(
                prompt.index(),
                prompt.id(),
                prompt.hash(),
                text,
                COMPLETE.equals(finish) ? null : finish,
                error(result, text),
                withKey ? result.keyName() : null);
    }

    private static @Nullable ResultError error(GenerationResult result, @Nullable String text) {
        if (result.failure() != null) {
            return ResultError.of(result.failure());
        }
        return text == null || text.isEmpty()
                ? new ResultError(FailureKind.EMPTY_RESPONSE.name(), "The response has no text")
                : null;
    }

    private static @Nullable String finish(GenerateContentResponse response) {
        return response.promptFeedback()
                .flatMap(feedback -> feedback.blockReason().map(Object::toString))
                .or(() -> response.candidates().stream()
                        .flatMap(List::stream)
                        .findFirst()
                        .flatMap(Candidate::finishReason)
                        .map(Object::toString))
                .orElse(null);
    }
}
