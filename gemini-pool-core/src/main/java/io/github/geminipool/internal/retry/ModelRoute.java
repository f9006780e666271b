package io.github.geminipool.internal.retry;

import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The models that a call may use, in order (the requested one, then its fallbacks), and the position of the call among them.
 * Belongs to one call, which runs on one thread at a time.
 */
public final class ModelRoute {

    private final String requested;
    private final List<String> fallbacks;

    /** The failures for which the previous models were given up, in order. */
    private final List<Failure> failures = new ArrayList<>(0);

    private int reported;

    public ModelRoute(String requested, List<String> fallbacks) {
        this.requested = requested;
        this.fallbacks = fallbacks;
    }

    /** Returns a route to those of its fallbacks that may be used; null if there is none. It must not have begun. */
    public @Nullable ModelRoute only(Predicate<String> mayUse) {
        List<String> further = fallbacks.stream().filter(mayUse).toList();
        if (further.size() == fallbacks.size()) {
            return this;
        }
        return further.isEmpty() ? null : new ModelRoute(requested, further);
    }

    /** Returns the model that the call requested. */
    public String requested() {
        return requested;
    }

    /** Returns the current model. */
    public String model() {
        return model(failures.size());
    }

    private String model(int position) {
        return position == 0 ? requested : fallbacks.get(position - 1);
    }

    /** Returns the current model if it is a fallback; null if it is the requested one. */
    @Nullable
    public String fallback() {
        return failures.isEmpty() ? null : model();
    }

    /** Returns whether there is another fallback. */
    public boolean hasNext() {
        return failures.size() < fallbacks.size();
    }

    /** Moves to the next model, because of a failure. */
    public void next(Failure why) {
        failures.add(why);
    }

    /** Returns the models tried so far and the current one, in order. */
    public List<String> soFar() {
        List<String> models = new ArrayList<>(failures.size() + 1);
        models.add(requested);
        models.addAll(fallbacks.subList(0, failures.size()));
        return models;
    }

    /** Reports the moves since the last call of this method to a listener. */
    public void tell(PoolListener listener) {
        while (reported < failures.size()) {
            ModelFellBack event = new ModelFellBack(model(reported), model(reported + 1), failures.get(reported));
            reported++;
            listener.modelFellBack(event);
        }
    }
}
