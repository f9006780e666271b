package io.github.geminipool.simulator.internal.api;

import io.github.geminipool.simulator.Use;
import java.util.Map;
import java.util.Optional;

/** Limits of the size of one request. */
final class SizeLimits {
    private static final int MAX_TEXTS = 100;

    private final Refusals refusals;
    private final long inputTokenLimit;

    SizeLimits(Refusals refusals, long inputTokenLimit) {
        this.refusals = refusals;
        this.inputTokenLimit = inputTokenLimit;
    }

    /** Returns the error of a request that is too large; empty if it is not. */
    Optional<Reply> refusal(ApiCall call) {
        boolean embeds = call.asked().uses().contains(Use.EMBED);
        if (embeds && call.asked().cost().requests() > MAX_TEXTS) {
            return Optional.of(Refusals.invalid(
                    "* BatchEmbedContentsRequest.requests: at most " + MAX_TEXTS + " requests can be in one batch\n"));
        }
        return call.asked().cost().inputTokens() <= inputTokenLimit
                ? Optional.empty()
                : Optional.of(refusals.wire(
                        "400-input-too-long.json", call, Map.of("limit", Long.toString(inputTokenLimit))));
    }
}
