package io.github.geminipool.simulator.internal.api;

import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.simulator.ServiceTier;
import io.github.geminipool.simulator.internal.fault.FaultMatch;
import io.github.geminipool.simulator.internal.fault.FaultRules;
import io.github.geminipool.simulator.internal.key.SimulatedKey;
import io.github.geminipool.simulator.internal.quota.Admission;
import io.github.geminipool.simulator.internal.quota.Cost;
import io.github.geminipool.simulator.internal.quota.QuotaLedger;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Decides the response to a request by checking key, faults, content and quota, in this order. Thread-safe. */
public final class Gateway {
    private final FaultRules faults;
    private final QuotaLedger quotas;
    private final Refusals refusals;
    private final SizeLimits sizes;
    private final Function<Route, Answers> answers;
    private final Latency latency;
    private final RandomGenerator random;

    /**
     * Creates a gateway.
     *
     * @param faults the fault rules
     * @param quotas the quota ledger
     * @param refusals error responses
     * @param sizes limits of a request's size
     * @param answers responses by route
     * @param latency latency of successful responses
     * @param random for the latency
     */
    Gateway(
            FaultRules faults,
            QuotaLedger quotas,
            Refusals refusals,
            SizeLimits sizes,
            Function<Route, Answers> answers,
            Latency latency,
            RandomGenerator random) {
        this.faults = faults;
        this.quotas = quotas;
        this.refusals = refusals;
        this.sizes = sizes;
        this.answers = answers;
        this.latency = latency;
        this.random = random;
    }

    /**
     * Decides the response and records the quota used.
     *
     * @param call the request
     * @param key its key; empty if missing or unknown
     * @param request its entry in the log
     * @return the planned response
     */
    public Plan plan(ApiCall call, Optional<SimulatedKey> key, RequestRecord request) {
        Optional<Reply> rejected = call.credentials().refusal(refusals, call).or(() -> refusals.key(key, call));
        if (rejected.isPresent()) {
            return Plan.immediate(ErrorShape.ofKey(rejected.get(), call));
        }
        return plan(call, key.orElseThrow(), request);
    }

    private Plan plan(ApiCall call, SimulatedKey key, RequestRecord request) {
        FaultMatch match = faults.match(request);
        FaultAction fault = match.decisive();
        Served unanswered = new Served(Refusals.notFound(), call.asked().tier());
        if (fault instanceof FaultAction.Reset || fault instanceof FaultAction.Hang) {
            return plan(unanswered, fault, match, Duration.ZERO);
        }
        Optional<Reply> error = fault == null ? Optional.empty() : refusals.fault(fault, call);
        if (error.isPresent()) {
            Reply shaped = ErrorShape.ofFault(error.get(), fault, call);
            return plan(new Served(shaped, unanswered.tier()), null, match, Duration.ZERO);
        }
        Served answer = answer(call, key, fault instanceof FaultAction.RepeatContinuation);
        return answer.reply().status() >= 400
                ? plan(new Served(ErrorShape.of(answer.reply(), call), answer.tier()), null, match, Duration.ZERO)
                : plan(answer, resolved(fault, call), match, latency.next(random));
    }

    private static Plan plan(Served answer, @Nullable FaultAction fault, FaultMatch match, Duration latency) {
        return new Plan(answer.reply(), fault, match.delay().plus(latency), match.barriers(), answer.tier());
    }

    private Served answer(ApiCall call, SimulatedKey key, boolean repeats) {
        ServiceTier asked = call.asked().tier();
        if (call.json().isEmpty() && call.operation() != Operation.UPLOAD_CHUNK) {
            return new Served(Refusals.invalid("Invalid JSON payload received. Unexpected token."), asked);
        }
        Answers answering = answers.apply(call.route());
        Optional<Reply> refusal = answering.refusal(call, key.project());
        if (refusal.isPresent()) {
            return new Served(refusal.get(), asked);
        }
        if (!call.operation().usesQuota()) {
            return new Served(answering.answer(call, new Admitted(key.project(), asked, repeats)), asked);
        }
        // A request that is too large to be answered still takes quota, as one request.
        Optional<Reply> tooLarge = sizes.refusal(call);
        Cost cost = tooLarge.isPresent()
                ? new Cost(1, call.asked().cost().inputTokens())
                : call.asked().cost();
        Admission admission = quotas.admit(key.project(), call.model(), cost, asked);
        Reply reply = admission.violations().isEmpty()
                ? tooLarge.orElseGet(
                        () -> answering.answer(call, new Admitted(key.project(), admission.served(), repeats)))
                : refusals.quota(admission.violations(), call, key.tier());
        return new Served(reply, admission.served());
    }

    /** Replaces a recorded body's name with its text. */
    private @Nullable FaultAction resolved(@Nullable FaultAction fault, ApiCall call) {
        if (fault instanceof FaultAction.ErrorInStream error) {
            String text = refusals.text(error.error(), FaultRules.isBody(error.error()), call);
            return new FaultAction.ErrorInStream(error.events(), error.framing(), text);
        }
        return fault;
    }

    private record Served(Reply reply, ServiceTier tier) {}
}
