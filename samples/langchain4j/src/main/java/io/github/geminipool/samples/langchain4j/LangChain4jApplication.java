package io.github.geminipool.samples.langchain4j;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.stats.KeyUsage;
import java.io.PrintStream;
import java.util.List;

/** Asks Gemini the questions given as arguments, or default ones, using LangChain4j and a pool. */
public final class LangChain4jApplication {

    private static final List<String> QUESTIONS =
            List.of("Why are lamps round?", "How large is our stock of lamps?", "What have I asked you so far?");

    private LangChain4jApplication() {}

    /** Runs the program with the keys in the environment variable {@code GEMINI_POOL_KEYS}. */
    public static void main(String[] args) {
        try {
            run(System.getenv().getOrDefault("GEMINI_POOL_KEYS", ""), List.of(args), System.out);
        } catch (RuntimeException e) {
            System.err.println("No answer: " + e.getMessage());
            System.exit(1);
        }
    }

    static void run(String keys, List<String> questions, PrintStream out) {
        try (Source source = Source.of(keys);
                GeminiPool pool = GeminiPool.builder()
                        .keys(source.keys())
                        .settings(GeminiPoolSettings.DEFAULTS.withBaseUrl(source.baseUrl()))
                        .build()) {
            new Conversation(new PooledModels(pool, source.baseUrl()), out)
                    .ask(questions.isEmpty() ? QUESTIONS : questions);
            for (KeyUsage key : pool.keyStats().keys()) {
                out.println(key.key() + ": requests " + key.usage() + ", failed " + key.failed());
            }
        }
    }
}
