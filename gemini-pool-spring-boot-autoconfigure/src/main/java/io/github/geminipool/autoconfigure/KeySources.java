package io.github.geminipool.autoconfigure;

import io.github.geminipool.autoconfigure.diagnosis.PropertyOrigin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/** Where a pool's keys come from, and which of these sources can't be reloaded. */
public final class KeySources {

    private final PoolName pool;
    private final GeminiPoolProperties properties;
    private final PropertyOrigin origin;
    private final boolean isOfProperties;

    KeySources(
            PoolName pool,
            GeminiPoolProperties properties,
            GeminiPoolConnectionDetails details,
            Environment environment) {
        this.pool = pool;
        this.properties = properties;
        this.origin = new PropertyOrigin(environment);
        this.isOfProperties = details instanceof PropertiesGeminiPoolConnectionDetails;
    }

    /** Returns the name of the pool's bean. */
    public String pool() {
        return pool.bean();
    }

    /** Returns what users should know about reloading the keys, as sentences without keys. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (!isOfProperties) {
            notes.add("The bean of type GeminiPoolConnectionDetails supplied the keys.");
            return notes;
        }
        String file = properties.keysFile();
        if (file != null && !file.isBlank()) {
            notes.add(pool.prefix() + ".keys-file is read again each time: " + file);
        }
        if (!properties.keys().isEmpty()) {
            @Nullable String from = origin.find(pool.prefix() + ".keys[0]");
            notes.add(pool.prefix() + ".keys was not read again: "
                    + (from == null ? "its source" : from)
                    + " is read when the application starts"
                    + (isCloud() ? ", or when Spring Cloud refreshes the environment" : "")
                    + ". Restart it, or list the keys in a file and set " + pool.prefix() + ".keys-file.");
        }
        return notes;
    }

    private static boolean isCloud() {
        return ClassUtils.isPresent(
                "org.springframework.cloud.context.environment.EnvironmentChangeEvent",
                KeySources.class.getClassLoader());
    }
}
