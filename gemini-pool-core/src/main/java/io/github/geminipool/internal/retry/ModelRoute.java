package io.github.geminipool.internal.retry;

import io.github.geminipool.event.ModelFellBack;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The models that a call may use, in order: the one that it asked for and its fallbacks; and how far it has come. Belongs
 * to one call, in which one thread at a time goes on.
 */
public final class ModelRoute {

    private final String asked;
    private final List<String> fallbacks;

    /** Why each of the models before was left. */
    private final List<Failure> left = new ArrayList<>(0);

    private int told;

    public ModelRoute(String asked, List<String> fallbacks) {
        this.asked = asked;
        this.fallbacks = fallbacks;
    }

    /** The model that the call asked for. */
    public String asked() {
        return asked;
    }

    /** The model where it is now. */
    public String model() {
        return model(left.size());
    }

    private String model(int place) {
        return place == 0 ? asked : fallbacks.get(place - 1);
    }

    /** The model where it is now, if that is another one than it asked for; else null. */
    @Nullable
    public String fallback() {
        return left.isEmpty() ? null : model();
    }

    public boolean hasNext() {
        return left.size() < fallbacks.size();
    }

    /** Goes on to the next model. */
    public void goOn(Failure why) {
        left.add(why);
    }

    /** The models up to where it is now, in order. */
    public List<String> soFar() {
        List<String> models = new ArrayList<>(left.size() + 1);
        models.add(asked);
        models.addAll(fallbacks.subList(0, left.size()));
        return models;
    }

    /** Tells where it has gone on to since it was told last. */
    public void tell(PoolListener listener) {
        while (told < left.size()) {
            ModelFellBack event = new ModelFellBack(model(told), model(told + 1), left.get(told));
            told++;
            listener.modelFellBack(event);
        }
    }
}
