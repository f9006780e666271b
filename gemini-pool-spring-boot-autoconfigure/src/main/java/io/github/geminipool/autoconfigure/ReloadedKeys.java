package io.github.geminipool.autoconfigure;

import io.github.geminipool.key.ApiKey;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** The keys of the connection details as they are now: properties are bound anew, since the environment may have changed. */
final class ReloadedKeys implements Supplier<List<ApiKey>> {

    private final GeminiPoolConnectionDetails details;
    private final Environment environment;

    ReloadedKeys(GeminiPoolConnectionDetails details, Environment environment) {
        this.details = details;
        this.environment = environment;
    }

    @Override
    public List<ApiKey> get() {
        return details instanceof PropertiesGeminiPoolConnectionDetails ? ofProperties() : details.getKeys();
    }

    private List<ApiKey> ofProperties() {
        GeminiPoolProperties now =
                Binder.get(environment).bindOrCreate("gemini.pool", Bindable.of(GeminiPoolProperties.class));
        return new PropertiesGeminiPoolConnectionDetails(now).getKeys();
    }
}
