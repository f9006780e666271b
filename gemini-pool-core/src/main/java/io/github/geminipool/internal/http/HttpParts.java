package io.github.geminipool.internal.http;

import io.github.geminipool.event.PoolListener;
import io.github.geminipool.internal.answer.AbandonedBodies;
import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.internal.event.ProjectAliasLog;
import io.github.geminipool.internal.choice.KeyFilter;
import io.github.geminipool.internal.pool.ModelPool;
import io.github.geminipool.internal.pool.ModelPools;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.request.OwnedResources;
import io.github.geminipool.internal.request.PromptSize;
import io.github.geminipool.internal.retry.RetryBudget;
import io.github.geminipool.internal.retry.RetryRules;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.Operation;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** What the calls of one pool share. */
record HttpParts(
        GeminiPoolSettings settings,
        ModelPools pools,
        AttemptRunner runner,
        RetryRules rules,
        RetryBudget budget,
        RandomGenerator random,
        PoolListener listeners,
        PoolClock clock,
        Scheduler scheduler,
        ActiveCalls calls,
        OwnedResources resources,
        Masking masking,
        Refusals refusals,
        AbandonedBodies abandonedBodies,
        LeakDetection leaks,
        ProjectAliasLog consumers) {

    /** The models that a call may use; null where it has no fallback. Other answers than texts depend on their model. */
    @Nullable
    ModelRoute routeOf(CallFacts facts) {
        if (facts.operation() != Operation.GENERATE && facts.operation() != Operation.STREAM) {
            return null;
        }
        List<String> fallbacks = settings.fallbacksOf(facts.model());
        return fallbacks.isEmpty() ? null : new ModelRoute(facts.model(), fallbacks);
    }

    /** Which keys a call may use: as its caller chose, and as what it names demands. */
    KeyFilter filterOf(CallFacts facts, CallContext context) {
        return resources.filterOf(facts, context.poolCall().options().keys());
    }

    /** What a request takes of a quota; its tokens are counted only where there is a limit of them. */
    Demand demandOf(CallFacts facts, Request request, ModelPool pool) {
        if (!facts.operation().takesQuota()) {
            return Demand.NOTHING;
        }
        return pool.countsTokens() ? Demand.ofTokens(promptTokens(request)) : Demand.REQUEST;
    }

    /** The tokens of a request, as its size says. */
    static long promptTokens(Request request) {
        try {
            return PromptSize.tokens(request.body());
        } catch (IOException | RuntimeException e) {
            // Its body is not ours: whoever sends it will be told.
            return 0;
        }
    }
}
