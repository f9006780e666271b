package io.github.geminipool.internal.books;

import io.github.geminipool.spi.SharedStore;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * Shares the quotas of all models with other replicas.
 *
 * @param store keeps the books
 * @param projectNames what replicas call a project of this pool
 * @param modelNames the model behind a name, as far as any replica knows; the name itself if none does
 * @param aliasLearned is told the name of a model and what Gemini calls the model, without a lock
 */
public record QuotaSharing(
        SharedStore store,
        UnaryOperator<String> projectNames,
        UnaryOperator<String> modelNames,
        BiConsumer<String, String> aliasLearned) {}
