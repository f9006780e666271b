package io.github.geminipool.stats;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A model for which a key is not used now, though it may be for others.
 *
 * @param model the model
 * @param until until when, or null where an operator must act
 * @param reason why, in words
 */
public record ModelExclusion(String model, @Nullable Instant until, String reason) {}
