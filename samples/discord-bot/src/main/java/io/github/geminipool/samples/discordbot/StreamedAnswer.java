package io.github.geminipool.samples.discordbot;

import com.google.genai.types.GenerateContentResponse;

/** Shows an answer as it streams in. */
final class StreamedAnswer {

    private final PacedEdits edits;
    private final Words words;
    private final Problems problems;
    private final StringBuilder text = new StringBuilder();

    StreamedAnswer(PacedEdits edits, Words words, Problems problems) {
        this.edits = edits;
        this.words = words;
        this.problems = problems;
    }

    /**
     * Reads a stream to its end, or until it can no longer be shown.
     *
     * @return the text received, with a note if it is incomplete
     * @throws RuntimeException the stream's failure, if it fails before any text
     */
    Answer read(Iterable<GenerateContentResponse> chunks) {
        try {
            for (GenerateContentResponse chunk : chunks) {
                text.append(AnswerText.of(chunk));
                if (!text.isEmpty() && !edits.show(text + " …")) {
                    return cutOff("");
                }
            }
        } catch (RuntimeException e) {
            if (text.isEmpty()) {
                throw e;
            }
            return cutOff(" " + problems.inWords(e, words));
        }
        return Answer.of(words.orNothing(text.toString()));
    }

    private Answer cutOff(String why) {
        return Answer.of(text + "\n\n" + words.of("answer.cut-off") + why);
    }
}
