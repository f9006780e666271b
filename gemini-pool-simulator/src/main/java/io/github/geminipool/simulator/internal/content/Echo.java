package io.github.geminipool.simulator.internal.content;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.ArrayList;
import java.util.List;

/** The text of answers: echoes the prompt, with enough prose to show that the simulator answers. */
public final class Echo {
    private static final int PIECES = 8;
    private static final int MAX_EARLIER = 10;
    private static final int MAX_EARLIER_LENGTH = 60;

    private Echo() {}

    /**
     * Returns the user's last message.
     *
     * @param contents a request's contents
     * @return its texts, separated by line feeds; may be empty
     */
    public static String prompt(JsonNode contents) {
        if (!contents.isArray()) {
            return text(contents);
        }
        List<String> texts = texts(contents);
        return texts.isEmpty() ? "" : texts.get(texts.size() - 1);
    }

    /**
     * Returns the user's messages before the last one.
     *
     * @param contents a request's contents
     * @return up to ten messages, oldest first, each shortened to 60 characters
     */
    public static List<String> earlier(JsonNode contents) {
        if (!contents.isArray()) {
            return List.of();
        }
        List<String> texts = texts(contents);
        return texts.subList(Math.max(0, texts.size() - 1 - MAX_EARLIER), Math.max(0, texts.size() - 1)).stream()
                .map(Echo::cut)
                .toList();
    }

    private static String cut(String text) {
        if (text.length() <= MAX_EARLIER_LENGTH) {
            return text;
        }
        int end =
                Character.isLowSurrogate(text.charAt(MAX_EARLIER_LENGTH)) ? MAX_EARLIER_LENGTH - 1 : MAX_EARLIER_LENGTH;
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
     * Returns the answer to a prompt.
     *
     * @param prompt what the user wrote
     * @param earlier what the user wrote before; not repeated in JSON
     * @param model the simulated model
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
     * Splits an answer into pieces for a stream, between words if possible.
     *
     * @param text the answer
     * @return up to 8 pieces; at least 2 if the text has two characters, none if it is empty
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
