package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer in the shape of the Interactions API.
 *
 * @param id the interaction's id
 * @param answer the answer
 * @param previous id of the previous interaction; may be empty
 * @param now time of creation, ISO 8601
 */
public record Interaction(String id, GeneratedAnswer answer, String previous, String now) {

    /**
     * Returns the finished interaction.
     *
     * @return an {@code Interaction}
     */
    public ObjectNode whole() {
        ObjectNode interaction = envelope(status());
        interaction.putArray("steps").add(step());
        addEnd(interaction);
        return interaction;
    }

    /**
     * Returns the interaction as it is before the model answers.
     *
     * @return an {@code Interaction} without steps
     */
    public ObjectNode started() {
        return envelope("in_progress");
    }

    /**
     * Returns the interaction as stream events.
     *
     * @return from {@code interaction.created} to {@code interaction.completed}
     */
    public List<ObjectNode> events() {
        List<ObjectNode> events = new ArrayList<>();
        event(events, "interaction.created").set("interaction", started());
        event(events, "step.start").put("index", 0).set("step", Json.object().put("type", stepType()));
        if (answer.functionCall() == null) {
            int sent = 0;
            for (String piece : Echo.pieces(answer.portion().text())) {
                sent += piece.length();
                event(events, "step.delta")
                        .put("index", 0)
                        .set("delta", Json.object().put("type", "text").put("text", piece));
                String checkpoint = answer.portion().checkpoint(sent);
                if (checkpoint != null) {
                    event(events, "interaction.status_update")
                            .put("interaction_id", id)
                            .put("status", "in_progress")
                            .put("continuation_token", checkpoint);
                }
            }
        } else {
            event(events, "step.delta").put("index", 0).set("delta", step());
        }
        event(events, "step.stop").put("index", 0);
        ObjectNode last = envelope(status());
        addEnd(last);
        event(events, "interaction.completed").set("interaction", last);
        return events;
    }

    private static ObjectNode event(List<ObjectNode> events, String type) {
        ObjectNode event = Json.object().put("event_type", type).put("event_id", Integer.toString(events.size() + 1));
        events.add(event);
        return event;
    }

    private ObjectNode envelope(String status) {
        ObjectNode tree = Json.object()
                .put("id", id)
                .put("object", "interaction")
                .put("model", answer.origin().model())
                .put("status", status)
                .put("created", now)
                .put("updated", now);
        if (!previous.isEmpty()) {
            tree.put("previous_interaction_id", previous);
        }
        return tree;
    }

    private void addEnd(ObjectNode interaction) {
        GeneratedAnswer.Origin origin = answer.origin();
        interaction.put("service_tier", origin.served().toString());
        Continuation next = answer.functionCall() == null ? answer.portion().next() : null;
        if (next != null) {
            interaction.put("continuation_token", next.token());
        }
        long output = Tokens.ofText(answer.portion().text());
        long thoughts = answer.portion().thoughts();
        interaction
                .putObject("usage")
                .put("total_input_tokens", answer.promptTokens())
                .put("total_output_tokens", output)
                .put("total_thought_tokens", thoughts)
                .put("total_tokens", answer.promptTokens() + output + thoughts);
    }

    private String status() {
        if (answer.functionCall() != null) {
            return "requires_action";
        }
        return switch (answer.portion().finishReason()) {
            case "CONTINUATION" -> "requires_continuation";
            case "MAX_TOKENS" -> "incomplete";
            default -> "completed";
        };
    }

    private String stepType() {
        return answer.functionCall() == null ? "model_output" : "function_call";
    }

    private ObjectNode step() {
        ObjectNode step = Json.object().put("type", stepType());
        if (answer.functionCall() != null) {
            JsonNode call = answer.functionCall().path("functionCall");
            step.put("id", "function-call-1").set("name", call.path("name"));
            step.set("arguments", call.path("args"));
            return step;
        }
        var content = step.putArray("content");
        if (!answer.portion().text().isEmpty()) {
            content.addObject().put("type", "text").put("text", answer.portion().text());
        }
        return step;
    }
}
