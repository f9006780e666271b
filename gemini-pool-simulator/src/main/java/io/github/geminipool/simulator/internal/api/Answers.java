package io.github.geminipool.simulator.internal.api;

import java.util.Optional;

/** Responses to some kinds of requests. Thread-safe. */
interface Answers {

    /** Returns the error of a request that takes no quota because it cannot be answered; empty if it can. */
    default Optional<Reply> refusal(ApiCall call, String project) {
        return Optional.empty();
    }

    /** Responds to a request without {@link #refusal}, after it was admitted. */
    Reply answer(ApiCall call, Admitted admitted);
}
