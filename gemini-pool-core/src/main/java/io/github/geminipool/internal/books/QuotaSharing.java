package io.github.geminipool.internal.books;

import io.github.geminipool.spi.SharedStore;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * The sharing of all models' quotas with other replicas.
 *
 * @param store keeps the books
 * @param projectNames maps a project of this pool to the name that replicas use for it
 * @param modelNames maps a name to the model behind it, as far as any replica knows it, else to the name itself
 * @param aliasLearned receives the name of a model and Gemini's own name for it; called without a lock
 */
public record QuotaSharing(
        SharedStore store,
        UnaryOperator<String> projectNames,
        UnaryOperator<String> modelNames,
        BiConsumer<String, String> aliasLearned) {}
