package io.github.geminipool.stats;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The exclusion of a key for one model.
 *
 * @param model the model
 * @param until when the exclusion expires; null if it lasts until a probe succeeds or an operator acts
 * @param reason the reason, as text for people
 */
public record ModelExclusion(String model, @Nullable Instant until, String reason) {}
