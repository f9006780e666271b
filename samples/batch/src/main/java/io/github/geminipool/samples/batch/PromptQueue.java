package io.github.geminipool.samples.batch;

import io.github.geminipool.GenerationRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Passes prompts to the pool and knows which prompt the next result belongs to. */
final class PromptQueue implements Iterator<GenerationRequest> {

    private final Prompts prompts;
    private final Deque<Prompt> asked = new ArrayDeque<>();
    private @Nullable BatchException wrong;

    PromptQueue(Prompts prompts) {
        this.prompts = prompts;
    }

    /** Returns whether there is another prompt. An invalid line ends the input, so that prompts before it are still answered. */
    @Override
    public boolean hasNext() {
        try {
            return wrong == null && prompts.hasNext();
        } catch (BatchException e) {
            wrong = e;
            return false;
        }
    }

    @Override
    public GenerationRequest next() {
        Prompt prompt = prompts.next();
        asked.add(prompt);
        return prompt.request();
    }

    /** Removes and returns the oldest prompt without a result. */
    Prompt answered() {
        return asked.remove();
    }

    /** Returns why the input ended early; null if it did not. */
    @Nullable
    BatchException wrong() {
        return wrong;
    }
}
