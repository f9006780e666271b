package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.health.Exclusion;
import io.github.geminipool.internal.health.KeyState;
import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.internal.wire.CleanText;
import io.github.geminipool.stats.KeyDecision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says why a key is chosen and the others are not, as it is at the moment. Under the model pool's lock. */
public final class Explanation {

    /** Of so many keys it is said at most. */
    private static final int MOST = 50;

    private final KeyFilter filter;
    private final long tokens;
    private final SafeScore score;
    private final PoolClock clock;
    private final long nowNanos;

    public Explanation(KeyFilter filter, long tokens, SafeScore score, PoolClock clock, long nowNanos) {
        this.filter = filter;
        this.tokens = tokens;
        this.score = score;
        this.clock = clock;
        this.nowNanos = nowNanos;
    }

    public KeyDecision of(String model, ModelKey chosen, List<ModelKey> keys) {
        double best = scoreOf(chosen);
        Map<String, String> others = new LinkedHashMap<>();
        int usable = 1;
        for (ModelKey key : keys) {
            if (key == chosen) {
                continue;
            }
            String why = whyNot(key, chosen, best);
            usable += why.startsWith("its score") ? 1 : 0;
            if (others.size() < MOST) {
                others.put(key.keyName(), why);
            }
        }
        return new KeyDecision(
                clock.instantAt(nowNanos), CleanText.of(model), chosen.keyName(), why(chosen, best, usable), others);
    }

    private double scoreOf(ModelKey key) {
        key.lookedAt(nowNanos);
        return score.of(key);
    }

    private String why(ModelKey chosen, double best, int usable) {
        String project = chosen.project().name();
        String score = "its score is " + number(best);
        if (chosen.isSecondChoice()) {
            return score + ", and no better key may be used, though " + whySecondChoice(chosen);
        }
        if (project.equals(filter.boundProject())) {
            return score + ", and its project owns what the call names";
        }
        if (project.equals(filter.choice().preferredProject())) {
            return score + ", and the call prefers its project";
        }
        return score + ", " + (usable == 1 ? "and no other key may be used" : "the best of " + usable);
    }

    private String whyNot(ModelKey key, ModelKey chosen, double best) {
        if (!filter.accepts(key.health())) {
            return filter.afresh().accepts(key.health())
                    ? "this call was rejected with it before"
                    : "the call accepts " + CleanText.of(filter.inWords());
        }
        Exclusion exclusion = key.exclusion(nowNanos);
        if (exclusion != null && tokens >= 0) {
            return exclusion.inWords(clock);
        }
        if (tokens > 0 && key.quotaUsedUntil(nowNanos, tokens) > 0) {
            return "its project's quota has no room for " + tokens + " tokens";
        }
        if (key.isSecondChoice() && !chosen.isSecondChoice()) {
            return "it is used only where no other key can be: " + whySecondChoice(key);
        }
        if (key.tier() > chosen.tier()) {
            return "it is of tier " + key.tier() + ", and one of tier " + chosen.tier() + " has room";
        }
        String preferred = filter.choice().preferredProject();
        double own = scoreOf(key);
        if (preferred != null && preferred.equals(chosen.project().name())) {
            return "its score is " + number(own) + ", but the call prefers project '" + CleanText.of(preferred) + "'";
        }
        return "its score is " + number(own)
                + (own == best ? " too, but it was used later" : own > best ? ", but it was not looked at" : "");
    }

    private String whySecondChoice(ModelKey key) {
        KeyState state = key.health().state(nowNanos);
        if (state instanceof KeyState.Degraded degraded) {
            return degraded.reason();
        }
        return state instanceof KeyState.Probation
                ? "it is on probation, and has as many calls as it may have"
                : "it had more than its share of the calls";
    }

    private static String number(double score) {
        return String.format(Locale.ROOT, "%.3g", score);
    }
}
