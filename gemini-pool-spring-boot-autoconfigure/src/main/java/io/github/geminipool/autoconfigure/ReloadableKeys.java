package io.github.geminipool.autoconfigure;

import io.github.geminipool.key.ApiKey;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Supplies the keys that were read at start-up, and reads them again whenever it is asked later. It then binds the properties
 * again, since the environment may have changed.
 */
final class ReloadableKeys implements Supplier<List<ApiKey>> {

    private final GeminiPoolConnectionDetails details;
    private final Environment environment;
    private final String prefix;

    /** The keys read at start-up; null once they have been supplied. */
    private volatile @Nullable List<ApiKey> initial;

    ReloadableKeys(List<ApiKey> initial, GeminiPoolConnectionDetails details, Environment environment, String prefix) {
        this.initial = initial;
        this.details = details;
        this.environment = environment;
        this.prefix = prefix;
    }

    @Override
    public List<ApiKey> get() {
        List<ApiKey> first = initial;
        if (first != null) {
            initial = null;
            return first;
        }
        return details instanceof PropertiesGeminiPoolConnectionDetails ? bindAgain() : details.getKeys();
    }

    private List<ApiKey> bindAgain() {
        GeminiPoolProperties current =
                Binder.get(environment).bindOrCreate(prefix, Bindable.of(GeminiPoolProperties.class));
        return new PropertiesGeminiPoolConnectionDetails(current, prefix).getKeys();
    }
}
