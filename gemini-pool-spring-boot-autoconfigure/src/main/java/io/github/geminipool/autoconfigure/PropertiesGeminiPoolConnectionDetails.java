package io.github.geminipool.autoconfigure;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.keys.InvalidKeyException;
import io.github.geminipool.autoconfigure.keys.KeyText;
import io.github.geminipool.autoconfigure.keys.KeysFile;
import io.github.geminipool.autoconfigure.keys.KeysFileWatch;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.InvalidSecretException;
import io.github.geminipool.key.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/** Connection details backed by the properties of a pool. */
final class PropertiesGeminiPoolConnectionDetails implements GeminiPoolConnectionDetails {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[A-Za-z0-9_.-]+}");

    private static final String GIVEN_NAME = "Key #";

    private final String prefix;
    private final List<GeminiPoolProperties.Key> entries;
    private final @Nullable KeysFile file;

    /** The fingerprint of the keys file just before it was read; null if it was not. */
    private volatile @Nullable String fingerprintRead;

    PropertiesGeminiPoolConnectionDetails(GeminiPoolProperties properties) {
        this(properties, PoolName.PRIMARY.prefix());
    }

    PropertiesGeminiPoolConnectionDetails(GeminiPoolProperties properties, String prefix) {
        this.prefix = prefix;
        this.entries = properties.keys();
        String path = properties.keysFile();
        this.file = StringUtils.hasText(path) ? KeysFile.of(path, prefix + ".keys-file") : null;
    }

    /** Creates a watch over the keys file, which does nothing if the keys come from elsewhere. */
    static KeysFileWatch watch(GeminiPoolConnectionDetails details, Duration interval, GeminiPool pool) {
        return details instanceof PropertiesGeminiPoolConnectionDetails of
                ? new KeysFileWatch(of.file, interval, pool, of.fingerprintRead)
                : new KeysFileWatch(null, interval, pool, null);
    }

    /**
     * {@inheritDoc}
     *
     * @throws InvalidKeyException if an entry is not a valid key, duplicates another, or has a name or project that can be none
     */
    @Override
    public List<ApiKey> getKeys() {
        List<ApiKey> keys = new ArrayList<>();
        Map<Secret, String> secrets = new HashMap<>();
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            String property = prefix + ".keys[" + i + "]";
            ApiKey key = key(property, entries.get(i));
            rejectDuplicate(property, secrets.putIfAbsent(key.secret(), property), "the same key");
            String name = key.name() == null ? nameAt(keys.size()) : key.name();
            rejectDuplicate(property, names.putIfAbsent(name, property), sameName(name));
            keys.add(key);
        }
        if (file != null) {
            fingerprintRead = file.fingerprint();
            for (ApiKey key : file.keys()) {
                rejectDuplicate(file.property(), secrets.get(key.secret()), "the same key");
                String name = key.name() == null ? nameAt(keys.size()) : key.name();
                rejectDuplicate(file.property(), names.putIfAbsent(name, file.property()), sameName(name));
                keys.add(key);
            }
        }
        return keys;
    }

    /** Returns the name that the pool gives a key without one. */
    private static String nameAt(int position) {
        return GIVEN_NAME + (position + 1);
    }

    /** Shows the name if it may be one that the pool gives, since no entry shows it then. */
    private static String sameName(String name) {
        return name.startsWith(GIVEN_NAME) ? "the same name, '" + name + "'," : "the same name";
    }

    private static ApiKey key(String property, GeminiPoolProperties.Key entry) {
        ApiKey key = ApiKey.of(secret(property, entry));
        if (StringUtils.hasText(entry.name())) {
            key = with(property + ".name", entry.name().strip(), key::named);
        }
        if (StringUtils.hasText(entry.project())) {
            key = with(property + ".project", entry.project().strip(), key::inProject);
        }
        return entry.enabled() ? key : key.disabled();
    }

    private static ApiKey with(String property, String name, Function<String, ApiKey> naming) {
        if (KeyText.isKey(name)) {
            throw new InvalidKeyException(
                    property, "is a key instead of a name", "Set it to a name, and the value of the entry to the key.");
        }
        try {
            return naming.apply(name);
        } catch (IllegalArgumentException e) {
            throw new InvalidKeyException(
                    property, "can't be used. " + e.getMessage(), "Set it to a name of visible characters.");
        }
    }

    private static Secret secret(String property, GeminiPoolProperties.Key entry) {
        String text = entry.value() == null ? "" : entry.value().text();
        if (text.isBlank()) {
            throw new InvalidKeyException(
                    property,
                    "is blank",
                    "Set it to an API key or remove the entry. If it refers to an environment variable, that may be"
                            + " empty.");
        }
        if (PLACEHOLDER.matcher(text.strip()).matches()) {
            throw new InvalidKeyException(
                    property,
                    "refers to " + text.strip() + ", which is not set",
                    "Set an environment variable or property of that name, or remove the entry.");
        }
        String wrong = KeyText.problem(text);
        if (wrong != null) {
            throw new InvalidKeyException(
                    property,
                    wrong,
                    "Write each key by itself, without quotation marks or brackets in the value, and separate several"
                            + " keys with commas.");
        }
        try {
            return Secret.of(text);
        } catch (InvalidSecretException e) {
            throw new InvalidKeyException(
                    property,
                    "is not a valid API key. " + e.getMessage(),
                    "Copy the key again, on one line and without invisible characters. Separate several keys with"
                            + " commas.");
        }
    }

    private static void rejectDuplicate(String property, @Nullable String first, String what) {
        if (first != null) {
            throw new InvalidKeyException(
                    property, "has " + what + " as " + first, "Remove or change one of the two entries.");
        }
    }
}
