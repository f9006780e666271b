package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Where a long answer continues: the content of a continuation token. A token can be used any number of times.
 *
 * @param project the only project that may use it
 * @param model the only model that may use it
 * @param contents identifies the prompt; 0 for any
 * @param promptTokens tokens of the prompt
 * @param hop the hop that comes next, counted from 1
 * @param offset number of characters of the answer that came before
 * @param thoughts tokens of the thoughts that came before
 */
public record Continuation(
        String project, String model, int contents, long promptTokens, int hop, int offset, long thoughts) {

    /**
     * Reads the token of a request.
     *
     * @param body the request's body
     * @return the token's content; empty if there is none or it is not a token of the simulator
     */
    public static Optional<Continuation> of(JsonNode body) {
        try {
            return Json.parse(Base64.getDecoder()
                            .decode(token(body).replace('-', '+').replace('_', '/')))
                    .filter(tree -> tree.has("hop"))
                    .map(Continuation::of);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /**
     * Returns the token of a request.
     *
     * @param body the request's body
     * @return the token; empty if there is none
     */
    public static String token(JsonNode body) {
        return body.path("continuationToken")
                .asText(body.path("continuation_token").asText(""));
    }

    private static Continuation of(ObjectNode tree) {
        return new Continuation(
                tree.path("project").asText(),
                tree.path("model").asText(),
                tree.path("contents").asInt(),
                tree.path("promptTokens").asLong(),
                tree.path("hop").asInt(),
                tree.path("offset").asInt(),
                tree.path("thoughts").asLong());
    }

    /**
     * Returns the start of an answer.
     *
     * @param project the project that asks
     * @param model the model
     * @param body the request's body
     * @return the first hop
     */
    public static Continuation start(String project, String model, JsonNode body) {
        return new Continuation(project, model, contents(body), Tokens.ofRequest(body), 1, 0, 0);
    }

    private static int contents(JsonNode body) {
        return body.path("contents").isEmpty() ? 0 : body.path("contents").hashCode();
    }

    /**
     * Returns whether a request may use the token.
     *
     * @param itsProject the project that asks
     * @param itsModel the model
     * @param body the request's body
     * @return whether project, model and prompt are those of the first hop
     */
    public boolean fits(String itsProject, String itsModel, JsonNode body) {
        return project.equals(itsProject)
                && model.equals(itsModel)
                && (contents == 0 || contents(body) == 0 || contents == contents(body));
    }

    /**
     * Returns a later place in the same answer.
     *
     * @param nextHop the hop
     * @param nextOffset number of characters that came before
     * @param nextThoughts tokens of the thoughts that came before
     * @return the place
     */
    public Continuation at(int nextHop, int nextOffset, long nextThoughts) {
        return new Continuation(project, model, contents, promptTokens, nextHop, nextOffset, nextThoughts);
    }

    /**
     * Returns the number of input tokens of the hop that comes next.
     *
     * @return tokens of the prompt and of all that came before
     */
    public long inputTokens() {
        return promptTokens + (offset + 3L) / 4 + thoughts;
    }

    /**
     * Returns the token.
     *
     * @return base64
     */
    public String token() {
        ObjectNode tree = Json.object()
                .put("project", project)
                .put("model", model)
                .put("contents", contents)
                .put("promptTokens", promptTokens)
                .put("hop", hop)
                .put("offset", offset)
                .put("thoughts", thoughts);
        return Base64.getEncoder().encodeToString(Json.line(tree).getBytes(StandardCharsets.UTF_8));
    }
}
