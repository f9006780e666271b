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
 * The history of a chat. Immutable.
 *
 * @param comprehensive all messages and responses
 * @param curated the contents that the next message is sent with: those without messages that got no proper response
 */
record ChatHistory(List<Content> comprehensive, List<Content> curated) {

    static final ChatHistory EMPTY = new ChatHistory(List.of(), List.of());

    private static final Set<FinishReason.Known> PROPER_ENDS = EnumSet.of(
            FinishReason.Known.FINISH_REASON_UNSPECIFIED, FinishReason.Known.STOP, FinishReason.Known.MAX_TOKENS);

    private static final Part EMPTY_PART = Part.builder().build();

    /**
     * Returns contents as a chat message: each with a role, which Gemini requires in a conversation.
     *
     * @throws IllegalArgumentException if there are no contents, or a content has no parts or an empty part: Gemini would refuse the
     *     message and all later ones
     */
    static List<Content> message(List<Content> contents) {
        if (contents.isEmpty() || !contents.stream().allMatch(content -> hasParts(content) && isValid(content))) {
            throw new IllegalArgumentException("A message needs contents with parts, none of them empty");
        }
        return contents.stream().map(content -> inRole(content, "user")).toList();
    }

    /** Returns the contents that a message is sent with. */
    List<Content> with(List<Content> message) {
        return joined(curated, message);
    }

    /**
     * Returns the history after a message and its response. Without a proper response, the curated history omits the whole message:
     * with half of it, such as a function's result without its call, Gemini would refuse all later messages.
     *
     * @param message the contents of the message
     * @param answer the response, in one or more parts
     */
    ChatHistory after(List<Content> message, List<GenerateContentResponse> answer) {
        List<Content> asked = withFunctionCalls(message, answer);
        List<Content> answered = new ArrayList<>();
        boolean proper = true;
        for (GenerateContentResponse part : answer) {
            for (Candidate candidate : first(part)) {
                candidate.content().ifPresent(content -> answered.add(inRole(content, "model")));
                proper &= endsProperly(candidate);
            }
        }
        List<Content> toSend = answered.stream().filter(ChatHistory::hasParts).toList();
        proper &= !toSend.isEmpty() && toSend.stream().allMatch(ChatHistory::isValid);
        return new ChatHistory(
                joined(comprehensive, joined(asked, answered)),
                proper ? joined(curated, joined(asked, toSend)) : curated);
    }

    private static List<Candidate> first(GenerateContentResponse response) {
        List<Candidate> candidates = response.candidates().orElse(List.of());
        return candidates.isEmpty() ? List.of() : candidates.subList(0, 1);
    }

    private static boolean endsProperly(Candidate candidate) {
        Optional<FinishReason> reason = candidate.finishReason();
        return reason.isEmpty()
                || PROPER_ENDS.contains(reason.get().knownEnum())
                // Versions of the SDK before 2.0 have no constant for it.
                || reason.get().toString().equals("CONTINUATION");
    }

    /** Returns the message with the function calls and results that the SDK added; its response lists all contents since the chat began. */
    private List<Content> withFunctionCalls(List<Content> message, List<GenerateContentResponse> answer) {
        Optional<List<Content>> told =
                answer.size() == 1 ? answer.get(0).automaticFunctionCallingHistory() : Optional.empty();
        List<Content> all = told.orElse(List.of());
        return all.size() <= curated.size() ? message : all.subList(curated.size(), all.size());
    }

    private static boolean hasParts(Content content) {
        return !content.parts().orElse(List.of()).isEmpty();
    }

    /** Returns whether Gemini accepts a content, provided that it has parts. */
    private static boolean isValid(Content content) {
        return !content.parts().orElse(List.of()).contains(EMPTY_PART);
    }

    private static Content inRole(Content content, String role) {
        return content.role().isPresent()
                ? content
                : content.toBuilder().role(role).build();
    }

    private static List<Content> joined(List<Content> some, List<Content> more) {
        List<Content> all = new ArrayList<>(some.size() + more.size());
        all.addAll(some);
        all.addAll(more);
        return List.copyOf(all);
    }
}
