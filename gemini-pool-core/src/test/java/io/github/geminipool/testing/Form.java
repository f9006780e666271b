package io.github.geminipool.testing;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import org.jspecify.annotations.Nullable;

/** The forms of call for the same request: through the SDK's client and through the facade. */
public enum Form {
    CLIENT_SYNC {
        @Override
        public @Nullable String ask(GeminiPool pool, Client client, String model, String prompt) {
            return client.models.generateContent(model, prompt, null).text();
        }
    },
    CLIENT_ASYNC {
        @Override
        public @Nullable String ask(GeminiPool pool, Client client, String model, String prompt) {
            return client.async
                    .models
                    .generateContent(model, prompt, null)
                    .join()
                    .text();
        }
    },
    CLIENT_STREAM {
        @Override
        public @Nullable String ask(GeminiPool pool, Client client, String model, String prompt) {
            return text(client.models.generateContentStream(model, prompt, null));
        }
    },
    CLIENT_ASYNC_STREAM {
        @Override
        public @Nullable String ask(GeminiPool pool, Client client, String model, String prompt) {
            return text(client.async
                    .models
                    .generateContentStream(model, prompt, null)
                    .join());
        }
    },
    CLIENT_CHAT {
        @Override
        public @Nullable String ask(GeminiPool pool, Client client, String model, String prompt) {
            return client.chats.create(model).sendMessage(prompt).text();
        }
    },
    CLIENT_CHAT_STREAM {
        @Override
        public @Nullable String ask(GeminiPool pool, Client client, String model, String prompt) {
            return text(client.chats.create(model).sendMessageStream(prompt));
        }
    },
    CLIENT_ASYNC_CHAT {
        @Override
        public @Nullable String ask(GeminiPool pool, Client client, String model, String prompt) {
            return client.async.chats.create(model).sendMessage(prompt).join().text();
        }
    },
    FACADE {
        @Override
        public @Nullable String ask(GeminiPool pool, Client client, String model, String prompt) {
            return pool.generateContent(GenerationRequest.of(prompt).model(model))
                    .text();
        }
    },
    FACADE_TRY {
        @Override
        public @Nullable String ask(GeminiPool pool, Client client, String model, String prompt) {
            return pool.tryGenerateContent(GenerationRequest.of(prompt).model(model))
                    .text();
        }
    },
    FACADE_ASYNC {
        @Override
        public @Nullable String ask(GeminiPool pool, Client client, String model, String prompt) {
            return pool.generateContentAsync(GenerationRequest.of(prompt).model(model))
                    .join()
                    .text();
        }
    },
    FACADE_TRY_ASYNC {
        @Override
        public @Nullable String ask(GeminiPool pool, Client client, String model, String prompt) {
            return pool.tryGenerateContentAsync(GenerationRequest.of(prompt).model(model))
                    .join()
                    .text();
        }
    },
    FACADE_STREAM {
        @Override
        public @Nullable String ask(GeminiPool pool, Client client, String model, String prompt) {
            try (GenerationStream stream =
                    pool.generateContentStream(GenerationRequest.of(prompt).model(model))) {
                StringBuilder text = new StringBuilder();
                stream.forEach(part -> text.append(part.text()));
                return text.toString();
            }
        }
    };

    /** Makes the call and returns the text of the whole response. */
    public @Nullable String ask(GeminiPool pool, String model, String prompt) {
        return ask(pool, pool.client(), model, prompt);
    }

    /**
     * Makes the call through a view of a pool.
     *
     * @param client the view; calls through the facade do without
     */
    public abstract @Nullable String ask(GeminiPool pool, Client client, String model, String prompt);

    /** Reads the stream to its end without closing it, as Spring AI and others do. */
    private static String text(ResponseStream<GenerateContentResponse> stream) {
        StringBuilder text = new StringBuilder();
        for (GenerateContentResponse part : stream) {
            text.append(part.text());
        }
        return text.toString();
    }

    /** Returns whether the response is read as a stream. */
    public boolean isStream() {
        return name().endsWith("STREAM");
    }

    /** Returns whether the call is asynchronous. */
    public boolean isAsync() {
        return name().contains("ASYNC");
    }
}
