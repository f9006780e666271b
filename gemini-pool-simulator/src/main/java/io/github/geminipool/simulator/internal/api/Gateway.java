package io.github.geminipool.simulator.internal.api;

import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.internal.fault.FaultMatch;
import io.github.geminipool.simulator.internal.fault.FaultRules;
import io.github.geminipool.simulator.internal.key.SimulatedKey;
import io.github.geminipool.simulator.internal.quota.QuotaLedger;
import io.github.geminipool.simulator.internal.quota.Violation;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Decides the response to a request by checking key, faults, content and quota, in this order. Thread-safe. */
public final class Gateway {
    private final FaultRules faults;
    private final QuotaLedger quotas;
    private final Refusals refusals;
    private final ModelAnswers models;
    private final FileAnswers files;
    private final CacheAnswers caches;
    private final ResourceAnswers resources;
    private final Latency latency;
    private final RandomGenerator random;

    /**
     * Creates a gateway.
     *
     * @param faults the fault rules
     * @param quotas the quota ledger
     * @param refusals error responses
     * @param models responses about models
     * @param files responses about files
     * @param caches responses about caches
     * @param resources responses about other resources
     * @param latency latency of successful responses
     * @param random for the latency
     */
    public Gateway(
            FaultRules faults,
            QuotaLedger quotas,
            Refusals refusals,
            ModelAnswers models,
            FileAnswers files,
            CacheAnswers caches,
            ResourceAnswers resources,
            Latency latency,
            RandomGenerator random) {
        this.faults = faults;
        this.quotas = quotas;
        this.refusals = refusals;
        this.models = models;
        this.files = files;
        this.caches = caches;
        this.resources = resources;
        this.latency = latency;
        this.random = random;
    }

    /**
     * Decides the response and records the quota used.
     *
     * @param call the request
     * @param key its key; empty if missing or unknown
     * @return the planned response
     */
    public Plan plan(ApiCall call, Optional<SimulatedKey> key) {
        if (key.isEmpty()) {
            return Plan.immediate(
                    call.secret().isEmpty() ? refusals.noKey() : refusals.wire("400-api-key-invalid.json", call));
        }
        Optional<Reply> rejected = refusals.key(key.get().state(), call);
        if (rejected.isPresent()) {
            return Plan.immediate(rejected.get());
        }
        FaultMatch match = faults.match(call.secret(), call.model(), call.operation());
        FaultAction fault = match.decisive();
        if (fault != null) {
            Optional<Reply> error = refusals.fault(fault, call);
            if (error.isPresent()) {
                return new Plan(error.get(), null, match.delay(), match.barriers());
            }
            if (fault instanceof FaultAction.Reset || fault instanceof FaultAction.Hang) {
                return new Plan(Refusals.notFound(), fault, match.delay(), match.barriers());
            }
        }
        String project = key.get().project();
        Reply reply = answer(call, project);
        if (reply.status() >= 400) {
            return new Plan(reply, null, match.delay(), match.barriers());
        }
        if (call.operation().usesQuota()) {
            List<Violation> violations = quotas.admit(project, call.model(), call.inputTokens());
            if (!violations.isEmpty()) {
                return new Plan(refusals.quota(violations, call), null, match.delay(), match.barriers());
            }
        }
        return new Plan(reply, resolved(fault, call), match.delay().plus(latency.next(random)), match.barriers());
    }

    private Reply answer(ApiCall call, String project) {
        if (call.json().isEmpty() && call.operation() != Operation.UPLOAD_CHUNK) {
            return Refusals.invalid("Invalid JSON payload received. Unexpected token.");
        }
        return switch (call.operation()) {
            case GENERATE_CONTENT,
                    STREAM_GENERATE_CONTENT,
                    COUNT_TOKENS,
                    EMBED_CONTENT,
                    BATCH_EMBED_CONTENTS,
                    LIST_MODELS,
                    GET_MODEL -> models.answer(call, project);
            case UPLOAD_START, UPLOAD_CHUNK, FILES_GET, FILES_LIST, FILES_DELETE -> files.answer(call, project);
            case CACHES_CREATE, CACHES_GET, CACHES_LIST, CACHES_UPDATE, CACHES_DELETE -> caches.answer(call, project);
            case RESOURCES_CREATE, RESOURCES_GET, RESOURCES_LIST, RESOURCES_DELETE, RESOURCES_CALL ->
                resources.answer(call, project);
            case LIVE -> new Reply.Live();
            case OTHER -> Refusals.notFound();
        };
    }

    /** Replaces a recorded body's name with its text. */
    private @Nullable FaultAction resolved(@Nullable FaultAction fault, ApiCall call) {
        if (fault instanceof FaultAction.ErrorInStream error) {
            String text = refusals.text(error.error(), FaultRules.isBody(error.error()), call);
            return new FaultAction.ErrorInStream(error.events(), error.framing(), text);
        }
        return fault;
    }
}
