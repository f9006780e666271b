package io.github.geminipool.autoconfigure;

import io.github.geminipool.key.InvalidSecretException;
import io.github.geminipool.key.Secret;
import io.github.geminipool.key.Secrets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The keys in the properties of all pools, also of those that do not exist, or that have their keys from elsewhere. They are read
 * again at most once a second, since a report asks for each of its values. Thread-safe.
 */
public final class ConfiguredKeys {

    private static final long MAX_AGE_NANOS = 1_000_000_000;

    private record Read(Secrets secrets, long atNanos) {}

    private final Environment environment;

    private volatile @Nullable Read latest;

    /** Creates it for the properties of an environment. */
    public ConfiguredKeys(Environment environment) {
        this.environment = environment;
    }

    /** Returns whether a text contains one of them. */
    public boolean areIn(String text) {
        Read read = latest;
        if (read == null || System.nanoTime() - read.atNanos() > MAX_AGE_NANOS) {
            read = new Read(read(), System.nanoTime());
            latest = read;
        }
        return !read.secrets().maskIn(text).equals(text);
    }

    private Secrets read() {
        List<Secret> secrets = new ArrayList<>();
        try {
            PoolName.all(environment).forEach(pool -> add(pool, secrets));
        } catch (InvalidPoolNameException e) {
            // The names are checked where pools are created.
        }
        return Secrets.of(secrets);
    }

    private void add(PoolName pool, List<Secret> to) {
        try {
            Binder.get(environment)
                    .bind(pool.prefix() + ".keys", Bindable.listOf(GeminiPoolProperties.Key.class))
                    .orElse(List.of())
                    .forEach(key -> add(key, to));
        } catch (BindException e) {
            // Nor can the pool be created.
        }
    }

    private static void add(GeminiPoolProperties.Key key, List<Secret> to) {
        try {
            if (key.value() != null) {
                to.add(Secret.of(key.value().text()));
            }
        } catch (InvalidSecretException e) {
            // It is no key, but the others may be.
        }
    }
}
