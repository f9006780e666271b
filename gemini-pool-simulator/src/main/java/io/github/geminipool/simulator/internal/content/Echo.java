package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.ArrayList;
import java.util.List;

/** The text of answers: what the user wrote, and enough prose that a person sees what answers. */
public final class Echo {
    private static final int PIECES = 8;
    private static final int MOST_EARLIER = 10;
    private static final int LONGEST_EARLIER = 60;

    private Echo() {}

    /**
     * The last thing that the user wrote.
     *
     * @param contents of a request
     * @return its texts, with line feeds between them; may be empty
     */
    public static String prompt(JsonNode contents) {
        if (!contents.isArray()) {
            return text(contents);
        }
        List<String> texts = texts(contents);
        return texts.isEmpty() ? "" : texts.get(texts.size() - 1);
    }

    /**
     * What the user wrote before that.
     *
     * @param contents of a request
     * @return the latest ten texts, the oldest of them first, each cut to 60 characters
     */
    public static List<String> earlier(JsonNode contents) {
        if (!contents.isArray()) {
            return List.of();
        }
        List<String> texts = texts(contents);
        return texts.subList(Math.max(0, texts.size() - 1 - MOST_EARLIER), Math.max(0, texts.size() - 1)).stream()
                .map(Echo::cut)
                .toList();
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST_EARLIER) {
            return text;
        }
        int end = Character.isLowSurrogate(text.charAt(LONGEST_EARLIER)) ? LONGEST_EARLIER - 1 : LONGEST_EARLIER;
        return text.substring(0, end) + "…";
    }

    private static List<String> texts(JsonNode contents) {
        List<String> texts = new ArrayList<>();
        for (JsonNode content : contents) {
            if (!"model".equals(content.path("role").asText())) {
                texts.add(text(content));
            }
        }
        return texts;
    }

    private static String text(JsonNode content) {
        List<String> texts = new ArrayList<>();
        for (JsonNode part : content.path("parts")) {
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
     * @param earlier what the user wrote before; not repeated in JSON
     * @param model that is played
     * @param json whether JSON was asked for
     * @return always the same for the same arguments
     */
    public static String answer(String prompt, List<String> earlier, String model, boolean json) {
        if (json) {
            return Json.line(
                    Json.object().put("simulated", true).put("model", model).put("echo", prompt));
        }
        String before = earlier.isEmpty() ? "" : " Before that, you wrote: \"" + String.join("\"; \"", earlier) + "\".";
        return "This is the Gemini simulator, in the place of " + model + ". You wrote: \"" + prompt + "\"." + before
                + " A real model would have more to say about it.";
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
