package io.github.geminipool.samples.discordbot;

import com.google.genai.types.GenerateContentResponse;

/** Shows an answer while it comes. */
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
     * Reads it to its end, or as long as it can be shown.
     *
     * @return what came, and where that is so, that it is not all
     * @throws RuntimeException what the pieces fail with, if none has come
     */
    Answer read(Iterable<GenerateContentResponse> pieces) {
        try {
            for (GenerateContentResponse piece : pieces) {
                text.append(AnswerText.of(piece));
                if (!text.isEmpty() && !edits.show(text + " …")) {
                    return brokeOff("");
                }
            }
        } catch (RuntimeException e) {
            if (text.isEmpty()) {
                throw e;
            }
            return brokeOff(" " + problems.inWords(e, words));
        }
        return Answer.of(words.orNothing(text.toString()));
    }

    private Answer brokeOff(String why) {
        return Answer.of(text + "\n\n" + words.of("answer.broke-off") + why);
    }
}
