package io.github.geminipool.samples.batch;

import io.github.geminipool.GenerationRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Gives prompts to the pool, and knows to which of them the next result belongs. */
final class PromptQueue implements Iterator<GenerationRequest> {

    private final Prompts prompts;
    private final Deque<Prompt> asked = new ArrayDeque<>();
    private @Nullable BatchException wrong;

    PromptQueue(Prompts prompts) {
        this.prompts = prompts;
    }

    /** Whether there is another prompt; a wrong one ends the input, so that those before it are still answered. */
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

    /** The first prompt that was asked and not answered. */
    Prompt answered() {
        return asked.remove();
    }

    /** Why the input ended too early; null if it did not. */
    @Nullable
    BatchException wrong() {
        return wrong;
    }
}
