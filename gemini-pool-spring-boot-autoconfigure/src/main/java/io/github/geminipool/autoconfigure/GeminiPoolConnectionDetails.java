package io.github.geminipool.autoconfigure;

import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where Gemini is and with which keys it is called. The default one reads {@code gemini.pool.keys} and
 * {@code gemini.pool.base-url}; a bean of this type takes the keys from elsewhere, such as a vault, a database or a
 * simulator.
 */
@FunctionalInterface
public interface GeminiPoolConnectionDetails extends ConnectionDetails {

    /**
     * The keys, in their order; at least one.
     */
    List<ApiKey> getKeys();

    /**
     * What is to be known of the projects that the keys name; it goes before {@code gemini.pool.projects}. None by
     * default, and projects need not be described.
     */
    default List<Project> getProjects() {
        return List.of();
    }

    /** The Gemini API's URL; null, the default, for that of {@code gemini.pool.base-url}. */
    default @Nullable URI getBaseUrl() {
        return null;
    }
}
