package io.github.geminipool.internal.http;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.request.OwnedResources;
import io.github.geminipool.internal.retry.ModelRoutes;
import io.github.geminipool.internal.retry.Retries;

/**
 * What the attempts of a call are made with.
 *
 * @param leases where they wait for leases
 * @param exchange sends them
 * @param retries decides what follows from a failure
 * @param routes the fallback models
 * @param refusals the words for calls that get no key
 */
record CallServices(
        ModelPools pools,
        LeaseWait leases,
        Exchange exchange,
        Retries retries,
        ModelRoutes routes,
        OwnedResources resources,
        Refusals refusals,
        PoolListener listeners) {}
