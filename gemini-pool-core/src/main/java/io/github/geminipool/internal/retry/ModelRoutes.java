package io.github.geminipool.internal.retry;

import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.Operation;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fallback models of calls.
 *
 * @param fallbacks the fallbacks of a model, in order
 */
public record ModelRoutes(Function<String, List<String>> fallbacks) {

    /** Returns the models that a call may use; null without a fallback. Only what is generated has one. */
    @Nullable
    public ModelRoute of(CallFacts facts) {
        boolean generates = facts.operation() == Operation.GENERATE
                || facts.operation() == Operation.STREAM
                || (facts.operation() == Operation.WRITE && facts.use() == Use.INTERACTIONS);
        if (!generates || !facts.hasModel()) {
            return null;
        }
        List<String> further = fallbacks.apply(facts.model());
        return further.isEmpty() ? null : new ModelRoute(facts.model(), further);
    }
}
