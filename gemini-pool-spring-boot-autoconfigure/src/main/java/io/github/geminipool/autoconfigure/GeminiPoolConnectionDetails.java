package io.github.geminipool.autoconfigure;

import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Details required to connect to Gemini: its URL and the API keys. The default implementation reads
 * {@code gemini.pool.keys} and {@code gemini.pool.base-url}; a bean of this type supplies them from another source, such
 * as a vault, a database or a simulator.
 */
@FunctionalInterface
public interface GeminiPoolConnectionDetails extends ConnectionDetails {

    /** Returns the keys in order; at least one. Called at start and again whenever the pool reloads its keys. */
    List<ApiKey> getKeys();

    /**
     * Returns descriptions of the projects that the keys refer to. They take precedence over
     * {@code gemini.pool.projects}. Empty by default; projects need not be described.
     */
    default List<Project> getProjects() {
        return List.of();
    }

    /** Returns the URL of the Gemini API, or null (the default) to use {@code gemini.pool.base-url}. */
    default @Nullable URI getBaseUrl() {
        return null;
    }
}
