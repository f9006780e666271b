package io.github.geminipool.internal.request;

import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.Operation;
import java.util.List;
import okhttp3.Request;

/**
 * Google's OpenAI-shaped paths, which follow {@code openai} after the API's version and name their model in the body.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/openai">OpenAI compatibility</a>
 */
final class OpenAiPath {

    private OpenAiPath() {}

    /** Returns the index of the first segment after {@code openai}; 0 if the path is none of these. */
    static int after(List<String> segments) {
        for (int i = 1; i < segments.size() - 1; i++) {
            if (segments.get(i).equals("openai") && ResourceNames.isVersion(segments.get(i - 1))) {
                return i + 1;
            }
        }
        return 0;
    }

    /** Returns the facts of a request, without those of its body. */
    static CallFacts facts(Request request, int from) {
        List<String> segments = request.url().pathSegments();
        String first = segments.get(from);
        String second = from + 1 < segments.size() ? segments.get(from + 1) : "";
        String verb = request.method();
        return new CallFacts(
                verb.equals("POST") ? ofPost(first, second) : CallFactsReader.ofVerb(verb),
                CallFacts.NO_MODEL,
                ResourceNames.inUrl(request.url()),
                useOf(first, second));
    }

    private static Operation ofPost(String first, String second) {
        return switch (first) {
            case "chat" -> second.equals("completions") ? Operation.GENERATE : Operation.WRITE;
            case "completions", "images" -> Operation.GENERATE;
            case "embeddings" -> Operation.EMBED;
            default -> Operation.WRITE;
        };
    }

    private static Use useOf(String first, String second) {
        return switch (first) {
            case "chat" -> second.equals("completions") ? Use.PLAIN : Use.OTHER;
            case "completions" -> Use.PLAIN;
            case "embeddings" -> Use.EMBED;
            case "images", "videos" -> Use.PREDICT;
            case "batches" -> Use.BATCH;
            case "files" -> Use.FILES;
            default -> Use.OTHER;
        };
    }
}
