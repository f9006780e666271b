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
 * @param curated what the next message is sent with: without the messages that Gemini did not answer properly
 */
record ChatHistory(List<Content> comprehensive, List<Content> curated) {

    static final ChatHistory EMPTY = new ChatHistory(List.of(), List.of());

    private static final Set<FinishReason.Known> PROPER_ENDS = EnumSet.of(
            FinishReason.Known.FINISH_REASON_UNSPECIFIED, FinishReason.Known.STOP, FinishReason.Known.MAX_TOKENS);

    private static final Part EMPTY_PART = Part.builder().build();

    /**
     * Contents as a message of a chat: each with a role, which Gemini wants where there are several.
     *
     * @throws IllegalArgumentException if a content has no parts, or an empty one: Gemini would refuse it, now and with
     *     every later message
     */
    static List<Content> message(List<Content> contents) {
        if (contents.isEmpty() || !contents.stream().allMatch(content -> hasParts(content) && isValid(content))) {
            throw new IllegalArgumentException("A message needs contents with parts, none of them empty");
        }
        return contents.stream().map(content -> inRole(content, "user")).toList();
    }

    /** The contents with which a message is sent. */
    List<Content> with(List<Content> message) {
        return joined(curated, message);
    }

    /**
     * The history after a message that was answered. What was not answered properly is curated away as a whole: half a
     * message, such as a function's result without the call, would spoil all that follow.
     *
     * @param message what was said
     * @param answer the answer, in one part or more
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
        return reason.isEmpty() || PROPER_ENDS.contains(reason.get().knownEnum());
    }

    /** Where the SDK called functions meanwhile, its answer tells all that was said since the chat began. */
    private List<Content> withFunctionCalls(List<Content> message, List<GenerateContentResponse> answer) {
        Optional<List<Content>> told =
                answer.size() == 1 ? answer.get(0).automaticFunctionCallingHistory() : Optional.empty();
        List<Content> all = told.orElse(List.of());
        return all.size() <= curated.size() ? message : all.subList(curated.size(), all.size());
    }

    private static boolean hasParts(Content content) {
        return !content.parts().orElse(List.of()).isEmpty();
    }

    /** Whether Gemini would take it back, if it has parts at all. */
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
