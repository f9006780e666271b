package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.KeyState;
import io.github.geminipool.internal.quota.Demand;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.stats.KeyDecision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Explains why a key was chosen and the others were not. Guarded by the model pool's lock. */
final class Explanation {

    /** Maximum number of other keys that are explained. */
    private static final int MOST = 50;

    /** Why a key was not chosen. */
    private enum Kind {
        /** It was usable, but the chosen one was better. */
        OUTSCORED,
        NOT_ACCEPTED,
        REJECTED_BEFORE,
        EXCLUDED,
        NO_QUOTA,
        SECOND_CHOICE,
        HIGHER_TIER
    }

    private record Reason(Kind kind, String text) {}

    private final KeyFilter filter;
    private final long tokens;
    private final SafeScore score;
    private final PoolClock clock;
    private final long nowNanos;

    Explanation(KeyFilter filter, long tokens, SafeScore score, PoolClock clock, long nowNanos) {
        this.filter = filter;
        this.tokens = tokens;
        this.score = score;
        this.clock = clock;
        this.nowNanos = nowNanos;
    }

    KeyDecision of(String model, ModelKey chosen, List<ModelKey> keys) {
        double best = score.of(chosen);
        Map<String, String> others = new LinkedHashMap<>();
        int usable = 1;
        for (ModelKey key : keys) {
            if (key == chosen) {
                continue;
            }
            Reason reason = whyNot(key, chosen, best);
            usable += reason.kind == Kind.OUTSCORED ? 1 : 0;
            if (others.size() < MOST) {
                others.put(key.keyName(), reason.text);
            }
        }
        return new KeyDecision(
                clock.instantAt(nowNanos), CleanText.of(model), chosen.keyName(), why(chosen, best, usable), others);
    }

    private String why(ModelKey chosen, double best, int usable) {
        String project = chosen.project().name();
        String scored = "score " + number(best);
        if (chosen.reluctance() > 0) {
            return scored + ", and no better key is available, although " + whySecondChoice(chosen);
        }
        if (project.equals(filter.boundProject())) {
            return scored + ", and its project owns the resource that the call names";
        }
        if (project.equals(filter.choice().preferredProject())) {
            return scored + ", and the call prefers its project";
        }
        return scored + ", " + (usable == 1 ? "the only key available" : "the best of " + usable);
    }

    private String amount() {
        int requests = Demand.requestsOf(tokens);
        String ofTokens = Demand.tokensOf(tokens) + " tokens";
        return requests == 1 ? ofTokens : requests + " requests with " + ofTokens;
    }

    private Reason whyNot(ModelKey key, ModelKey chosen, double best) {
        if (!filter.accepts(key.health())) {
            return filter.afresh().accepts(key.health())
                    ? new Reason(Kind.REJECTED_BEFORE, "this call was rejected with it before")
                    : new Reason(Kind.NOT_ACCEPTED, "the call accepts " + CleanText.of(filter.inWords()));
        }
        Exclusion exclusion = key.exclusion(nowNanos);
        if (exclusion != null && tokens >= 0) {
            return new Reason(Kind.EXCLUDED, exclusion.inWords(clock));
        }
        if (tokens > 0 && key.quotaUsedUntil(tokens) > 0) {
            return new Reason(Kind.NO_QUOTA, "its project's quota has no room for " + amount());
        }
        if (key.reluctance() > 0 && chosen.reluctance() == 0) {
            return new Reason(Kind.SECOND_CHOICE, "used only if no better key is available: " + whySecondChoice(key));
        }
        if (key.tier() > chosen.tier()) {
            return new Reason(
                    Kind.HIGHER_TIER, "tier " + key.tier() + ", while a key of tier " + chosen.tier() + " has room");
        }
        return new Reason(Kind.OUTSCORED, outscored(key, chosen, best));
    }

    private String outscored(ModelKey key, ModelKey chosen, double best) {
        String preferred = filter.choice().preferredProject();
        double own = score.of(key);
        String scored = "score " + number(own);
        if (preferred != null && preferred.equals(chosen.project().name())) {
            return scored + ", but the call prefers project '" + CleanText.of(preferred) + "'";
        }
        return scored + (own == best ? " too, but used more recently" : own > best ? ", but not in the sample" : "");
    }

    private String whySecondChoice(ModelKey key) {
        Suspicion suspicion = key.suspicion();
        if (suspicion != null && key.isPassedOver()) {
            return suspicion.inWords(nowNanos);
        }
        KeyState state = key.health().state(nowNanos);
        if (state instanceof KeyState.Degraded degraded) {
            return degraded.reason();
        }
        return state instanceof KeyState.Probation
                ? "it is on probation and has as many calls as that allows"
                : "it had more than its share of the calls";
    }

    private static String number(double score) {
        return String.format(Locale.ROOT, "%.3g", score);
    }
}
