package io.github.geminipool.wire.chat;

import com.google.genai.AsyncChat;
import com.google.genai.Chat;
import com.google.genai.ResponseStream;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;

/** The forms in which a chat message can be sent, each with its counterpart in the SDK. */
enum ChatForm {
    SYNC {
        @Override
        String send(PooledChat chat, GenerationRequest message) {
            return text(List.of(chat.send(message)));
        }

        @Override
        SdkChat sdks(GeminiPool pool) {
            Chat chat = pool.client().chats.create("m");
            return new SdkChat() {
                @Override
                public void send(String message) {
                    chat.sendMessage(message);
                }

                @Override
                public List<Content> history(boolean curated) {
                    return chat.getHistory(curated);
                }
            };
        }
    },
    ASYNC {
        @Override
        String send(PooledChat chat, GenerationRequest message) {
            try {
                return text(List.of(chat.sendAsync(message).join()));
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }

        @Override
        SdkChat sdks(GeminiPool pool) {
            AsyncChat chat = pool.client().async.chats.create("m");
            return new SdkChat() {
                @Override
                public void send(String message) {
                    chat.sendMessage(message).join();
                }

                @Override
                public List<Content> history(boolean curated) {
                    return chat.getHistory(curated);
                }
            };
        }
    },
    STREAM {
        @Override
        String send(PooledChat chat, GenerationRequest message) {
            try (GenerationStream stream = chat.sendStream(message)) {
                StringBuilder text = new StringBuilder();
                stream.forEach(part -> text.append(text(List.of(part))));
                return text.toString();
            }
        }

        @Override
        SdkChat sdks(GeminiPool pool) {
            Chat chat = pool.client().chats.create("m");
            return new SdkChat() {
                @Override
                public void send(String message) {
                    try (ResponseStream<GenerateContentResponse> stream = chat.sendMessageStream(message)) {
                        stream.forEach(Objects::requireNonNull);
                    }
                }

                @Override
                public List<Content> history(boolean curated) {
                    return chat.getHistory(curated);
                }
            };
        }
    };

    /** Sends a message and returns the whole response. */
    abstract String send(PooledChat chat, GenerationRequest message);

    String send(PooledChat chat, String message) {
        return send(chat, GenerationRequest.of(message));
    }

    /** Creates a chat of the SDK over the same pool. */
    abstract SdkChat sdks(GeminiPool pool);

    /** Common interface of the SDK's two kinds of chat. */
    interface SdkChat {
        void send(String message);

        List<Content> history(boolean curated);
    }

    /** Returns the texts of the first candidates, whatever their finish reason. */
    private static String text(List<GenerateContentResponse> responses) {
        StringBuilder text = new StringBuilder();
        for (GenerateContentResponse response : responses) {
            response.candidates().orElse(List.of()).stream()
                    .limit(1)
                    .flatMap(candidate -> candidate.content().stream())
                    .flatMap(content -> content.parts().orElse(List.of()).stream())
                    .forEach(part -> text.append(part.text().orElse("")));
        }
        return text.toString();
    }
}
