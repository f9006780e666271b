package io.github.geminipool;

import com.google.genai.types.Candidate;
import com.google.genai.types.Content;
import com.google.genai.types.FinishReason;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.Part;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What was said in a chat, after so many messages. Immutable.
 *
 * @param comprehensive everything that was said
 * @param curated what the next message is sent with: without the turns that Gemini did not answer properly
 */
record ChatHistory(List<Content> comprehensive, List<Content> curated) {

    static final ChatHistory EMPTY = new ChatHistory(List.of(), List.of());

    private static final Set<FinishReason.Known> PROPER_ENDS = EnumSet.of(
            FinishReason.Known.FINISH_REASON_UNSPECIFIED, FinishReason.Known.STOP, FinishReason.Known.MAX_TOKENS);

    private static final Part EMPTY_PART = Part.builder().build();

    /** The contents with which a message is sent. */
    List<Content> with(List<Content> message) {
        return joined(curated, message);
    }

    /**
     * The history after a message that was answered.
     *
     * @param message what was said
     * @param answer the answer, in one part or more
     */
    ChatHistory after(List<Content> message, List<GenerateContentResponse> answer) {
        List<Content> said = new ArrayList<>(withFunctionCalls(message, answer));
        boolean proper = true;
        for (GenerateContentResponse part : answer) {
            for (Candidate candidate : first(part)) {
                candidate.content().ifPresent(said::add);
                proper &= candidate
                        .finishReason()
                        .map(reason -> PROPER_ENDS.contains(reason.knownEnum()))
                        .orElse(true);
            }
        }
        return new ChatHistory(joined(comprehensive, said), proper ? joined(curated, valid(said)) : curated);
    }

    private static List<Candidate> first(GenerateContentResponse response) {
        List<Candidate> candidates = response.candidates().orElse(List.of());
        return candidates.isEmpty() ? List.of() : candidates.subList(0, 1);
    }

    /** Where the SDK called functions meanwhile, its answer tells all that was said since the chat began. */
    private List<Content> withFunctionCalls(List<Content> message, List<GenerateContentResponse> answer) {
        Optional<List<Content>> told =
                answer.size() == 1 ? answer.get(0).automaticFunctionCallingHistory() : Optional.empty();
        List<Content> all = told.orElse(List.of());
        return all.size() <= curated.size() ? message : all.subList(curated.size(), all.size());
    }

    /** What users said and models answered properly; an answer that is not valid takes what it answers with it. */
    private static List<Content> valid(List<Content> said) {
        List<Content> valid = new ArrayList<>(said.size());
        List<Content> turn = new ArrayList<>();
        boolean turnIsValid = true;
        for (int i = 0; i < said.size(); i++) {
            Content content = said.get(i);
            turn.add(content);
            boolean ofModel = isOfModel(content);
            turnIsValid &= isValid(content);
            if (ofModel && (i == said.size() - 1 || !isOfModel(said.get(i + 1)))) {
                if (turnIsValid) {
                    valid.addAll(turn);
                }
                turn.clear();
                turnIsValid = true;
            }
        }
        return valid;
    }

    private static boolean isOfModel(Content content) {
        return content.role().filter("model"::equals).isPresent();
    }

    /** Whether Gemini would take it back: it refuses contents without parts, and empty parts. */
    static boolean isValid(Content content) {
        List<Part> parts = content.parts().orElse(List.of());
        return !parts.isEmpty() && !parts.contains(EMPTY_PART);
    }

    private static List<Content> joined(List<Content> some, List<Content> more) {
        List<Content> all = new ArrayList<>(some.size() + more.size());
        all.addAll(some);
        all.addAll(more);
        return List.copyOf(all);
    }
}
