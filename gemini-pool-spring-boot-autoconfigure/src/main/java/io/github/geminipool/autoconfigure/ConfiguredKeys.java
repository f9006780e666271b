package io.github.geminipool.autoconfigure;

import io.github.geminipool.key.InvalidSecretException;
import io.github.geminipool.key.Secret;
import io.github.geminipool.key.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** The keys in the properties of pools that do not exist, because they are not enabled or not created yet. */
public final class ConfiguredKeys {

    private final Environment environment;

    /** Creates it for the properties of an environment. */
    public ConfiguredKeys(Environment environment) {
        this.environment = environment;
    }

    /**
     * Returns whether a text contains one of them.
     *
     * @param exists whether the pool with a bean name exists, and so knows its own keys
     */
    public boolean areIn(String text, Predicate<String> exists) {
        List<Secret> secrets = new ArrayList<>();
        try {
            for (PoolName pool : PoolName.all(environment)) {
                if (!exists.test(pool.bean())) {
                    add(pool, secrets);
                }
            }
        } catch (InvalidPoolNameException e) {
            // The names are checked where pools are created.
        }
        return !secrets.isEmpty() && !Secrets.of(secrets).maskIn(text).equals(text);
    }

    private void add(PoolName pool, List<Secret> to) {
        try {
            List<GeminiPoolProperties.Key> keys = Binder.get(environment)
                    .bind(pool.prefix() + ".keys", Bindable.listOf(GeminiPoolProperties.Key.class))
                    .orElse(List.of());
            for (GeminiPoolProperties.Key key : keys) {
                if (key.value() != null) {
                    to.add(Secret.of(key.value().text()));
                }
            }
        } catch (BindException | InvalidSecretException e) {
            // Nor can the pool be created.
        }
    }
}
