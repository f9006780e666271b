package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.ArrayList;
import java.util.List;

/** The text of answers: the prompt, and enough prose that a person sees what answers. */
public final class Echo {
    private static final int PIECES = 8;

    private Echo() {}

    /**
     * The last thing that the user wrote.
     *
     * @param contents of a request
     * @return its texts, with line feeds between them; may be empty
     */
    public static String prompt(JsonNode contents) {
        JsonNode last = contents;
        if (contents.isArray()) {
            last = Json.object();
            for (JsonNode content : contents) {
                if (!"model".equals(content.path("role").asText())) {
                    last = content;
                }
            }
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode part : last.path("parts")) {
            if (part.has("text")) {
                texts.add(part.get("text").asText());
            } else if (part.has("fileData")) {
                texts.add("[file " + part.path("fileData").path("fileUri").asText() + "]");
            } else if (part.has("inlineData")) {
                texts.add("[" + part.path("inlineData").path("mimeType").asText() + "]");
            } else if (part.has("functionResponse")) {
                texts.add(part.get("functionResponse").path("response").toString());
            }
        }
        return String.join("\n", texts);
    }

    /**
     * The answer to a prompt.
     *
     * @param prompt what the user wrote
     * @param model that is played
     * @param json whether JSON was asked for
     * @return always the same for the same arguments
     */
    public static String answer(String prompt, String model, boolean json) {
        if (json) {
            return Json.line(
                    Json.object().put("simulated", true).put("model", model).put("echo", prompt));
        }
        return "This is the Gemini simulator, in the place of " + model + ". You wrote: \"" + prompt
                + "\". A real model would have more to say about it.";
    }

    /**
     * Cuts an answer into the pieces in which a stream sends it, between words where there are any.
     *
     * @param text the answer, of at least two characters
     * @return 2 to 8 pieces that make up the text
     */
    public static List<String> pieces(String text) {
        int size = Math.max(1, (text.length() + PIECES - 1) / PIECES);
        List<String> pieces = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = Math.min(text.length(), start + size);
            int space = text.indexOf(' ', end);
            if (space >= 0 && space < end + size) {
                end = space;
            }
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            pieces.add(text.substring(start, end));
            start = end;
        }
        return pieces;
    }
}
