package io.github.geminipool.samples.langchain4j;

import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A conversation with a memory and a tool. */
final class Conversation {

    private static final String MODEL = "gemini-flash-latest";
    private static final int REMEMBERED = 20;

    private final Assistant assistant;
    private final PrintStream out;

    Conversation(PooledModels models, PrintStream out) {
        this.out = out;
        this.assistant = AiServices.builder(Assistant.class)
                .chatModel(models.chat(MODEL))
                .streamingChatModel(models.streamingChat(MODEL))
                .chatMemory(MessageWindowChatMemory.withMaxMessages(REMEMBERED))
                .tools(new Warehouse())
                .build();
    }

    /** Answers the first question as a whole and streams the other answers. */
    void ask(List<String> questions) {
        for (int i = 0; i < questions.size(); i++) {
            out.println("> " + questions.get(i));
            if (i == 0) {
                out.println(assistant.answer(questions.get(i)));
            } else {
                stream(questions.get(i));
            }
        }
    }

    private void stream(String question) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        assistant.stream(question)
                .onPartialResponse(out::print)
                .onToolExecuted(tool -> out.println(
                        "[" + tool.request().name() + tool.request().arguments() + " = " + tool.result() + "]"))
                .onCompleteResponse(response -> ended.complete(null))
                .onError(ended::completeExceptionally)
                .start();
        ended.join();
        out.println();
    }
}
