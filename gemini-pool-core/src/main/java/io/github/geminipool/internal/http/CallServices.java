package io.github.geminipool.internal.http;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.call.Refusals;
import io.github.geminipool.internal.continuation.Continuations;
import io.github.geminipool.internal.evidence.Contrasts;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.request.OwnedResources;
import io.github.geminipool.internal.retry.ModelRoutes;
import io.github.geminipool.internal.retry.Retries;

/**
 * The services that the attempts of calls use.
 *
 * @param leases waits for leases
 * @param exchange sends attempts
 * @param retries decides what follows a failure
 * @param routes the fallback models
 * @param contrasts what asking other projects has shown
 * @param continuations the long answers in progress
 * @param refusals makes responses for calls that get no key
 */
record CallServices(
        ModelPools pools,
        LeaseWait leases,
        Exchange exchange,
        Retries retries,
        ModelRoutes routes,
        OwnedResources resources,
        Contrasts contrasts,
        Continuations continuations,
        Refusals refusals,
        PoolListener listeners) {}
