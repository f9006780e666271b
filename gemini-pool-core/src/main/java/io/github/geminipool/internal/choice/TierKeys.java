package io.github.geminipool.internal.choice;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.settings.HealthSettings;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one tier for one model, and the choice among them.
 *
 * <p>Keys that were found excluded are set aside until their time, so that a choice among many keys of which most are
 * excluded costs no more than one among a few. Exclusions that come later are found when a key is looked at; those
 * that are lifted early are announced by {@link #restoreAll()}. Guarded by the model pool's lock.
 */
public final class TierKeys {

    /** So many are scored at most: a random part of the usable ones is as good as all of them. */
    static final int SAMPLE = 16;

    /** Of fewer keys, one has a large share by itself. */
    private static final int FEWEST_TO_SHARE = 3;

    private static final double MUCH_MORE = 1.5;

    private final SafeScore score;
    private final RandomGenerator random;
    /** Up to {@code usable} those that are believed to be usable, in no order; behind them those set aside. */
    private final ModelKey[] keys;

    private final PriorityQueue<ModelKey> setAside =
            new PriorityQueue<>(Comparator.comparingLong((ModelKey key) -> key.setAsideUntil));
    private int usable;

    /**
     * The place in the sample that gets another key at the next choice; the others keep theirs. They are in the
     * processor's cache, where a key among thousands is not, and a sample that remembers chooses as well as a new one.
     */
    private int turn;

    /** The best of those that are used only where no other one can be; of the last choice. */
    private @Nullable ModelKey secondChoice;

    public TierKeys(List<ModelKey> keys, SafeScore score, RandomGenerator random) {
        this.keys = keys.toArray(ModelKey[]::new);
        this.usable = this.keys.length;
        for (int i = 0; i < usable; i++) {
            this.keys[i].place = i;
        }
        this.score = score;
        this.random = random;
    }

    /**
     * The best usable key that a filter accepts, or null if there is none.
     *
     * @param tokens to reserve; less than 0 for a request that takes no quota
     */
    @Nullable
    public ModelKey choose(KeyFilter filter, long tokens, long nowNanos) {
        restoreDue(nowNanos);
        if (tokens < 0) {
            return chooseWithoutQuota(filter, nowNanos);
        }
        secondChoice = null;
        ModelKey best = null;
        double bestScore = 0;
        double secondScore = 0;
        int looked = 0;
        boolean anyKey = filter.isPlain();
        turn = (turn + 1) % SAMPLE;
        for (int i = 0; i < usable && looked < SAMPLE; i++) {
            if (usable > SAMPLE && (i >= SAMPLE || i == turn)) {
                swap(i, i + random.nextInt(usable - i));
            }
            ModelKey key = keys[i];
            long excludedUntil = key.excludedUntil(nowNanos, tokens);
            if (excludedUntil > 0) {
                // What is too little for this one may do for a smaller one.
                long forAll = tokens == 0 ? excludedUntil : key.excludedUntil(nowNanos);
                if (forAll > 0) {
                    setAside(i, forAll);
                    i--;
                }
                continue;
            }
            if (!anyKey && !filter.accepts(key.health())) {
                continue;
            }
            key.lookedAt(nowNanos);
            double keyScore = score.of(key);
            if (key.isSecondChoice()) {
                if (isBetter(key, keyScore, secondChoice, secondScore)) {
                    secondChoice = key;
                    secondScore = keyScore;
                }
                continue;
            }
            looked++;
            if (isBetter(key, keyScore, best, bestScore)) {
                best = key;
                bestScore = keyScore;
            }
        }
        return best;
    }

    /** The best of those that are to be used where no other key of any tier can be; of the choice just made. */
    @Nullable
    public ModelKey secondChoice() {
        return secondChoice;
    }

    private static boolean isBetter(ModelKey key, double keyScore, @Nullable ModelKey best, double bestScore) {
        return best == null || keyScore > bestScore || (keyScore == bestScore && key.isLessRecentThan(best));
    }

    /** What takes no quota may use those, too, that are set aside for want of it. */
    private @Nullable ModelKey chooseWithoutQuota(KeyFilter filter, long nowNanos) {
        secondChoice = null;
        ModelKey best = null;
        double bestScore = 0;
        for (int i = 0, looked = 0; i < keys.length && looked < SAMPLE; i++) {
            ModelKey key = keys[i];
            if (filter.accepts(key.health()) && key.excludedUntil(nowNanos, -1) == 0) {
                looked++;
                key.lookedAt(nowNanos);
                double keyScore = score.of(key);
                if (isBetter(key, keyScore, best, bestScore)) {
                    best = key;
                    bestScore = keyScore;
                }
            }
        }
        return best;
    }

    /**
     * When a key that a filter accepts can be used: now, if there is one, or {@link PoolClock#NEVER}.
     *
     * @param tokens to reserve; less than 0 for a request that takes no quota
     */
    public long nextUsable(KeyFilter filter, long tokens, long nowNanos) {
        restoreDue(nowNanos);
        long earliest = PoolClock.NEVER;
        for (int i = 0; i < usable; i++) {
            long excludedUntil = keys[i].excludedUntil(nowNanos);
            if (excludedUntil > 0) {
                setAside(i, excludedUntil);
                i--;
            } else if (filter.accepts(keys[i].health())) {
                long withTokens = tokens > 0 ? keys[i].quotaUsedUntil(nowNanos, tokens) : 0;
                if (withTokens == 0) {
                    return nowNanos;
                }
                earliest = Math.min(earliest, withTokens);
            }
        }
        if (filter.isPlain() && tokens == 0) {
            return earliestSetAside(nowNanos);
        }
        for (ModelKey key : setAside) {
            if (filter.accepts(key.health())) {
                long until = key.excludedUntil(nowNanos, tokens);
                earliest =
                        Math.min(earliest, tokens < 0 ? Math.max(nowNanos, until) : Math.max(key.setAsideUntil, until));
            }
        }
        return earliest;
    }

    /** Of how many projects there are keys to choose from, up to enough of them. */
    public int projects(int enough, long nowNanos) {
        restoreDue(nowNanos);
        Set<String> projects = new HashSet<>();
        for (int i = 0; i < usable && projects.size() < enough; i++) {
            if (keys[i].excludedUntil(nowNanos) == 0) {
                projects.add(keys[i].project().name());
            }
        }
        return projects.size();
    }

    /** The same, whether or not the projects have quota left at the moment. */
    public int projectsThatWork(int enough, long nowNanos) {
        Set<String> projects = new HashSet<>();
        for (int i = 0; i < keys.length && projects.size() < enough; i++) {
            if (keys[i].exclusionByFailure(nowNanos) == null) {
                projects.add(keys[i].project().name());
            }
        }
        return projects.size();
    }

    /** Passes over who has more of the calls than its part, until this is asked again; rests with one or two keys. */
    public void judgeShares(HealthSettings settings, long nowNanos) {
        double total = 0;
        double weights = 0;
        for (ModelKey key : keys) {
            key.lookedAt(nowNanos);
            total += key.recentUsage();
            weights += key.project().weight();
        }
        boolean rests = keys.length < FEWEST_TO_SHARE || total < settings.minimumCalls();
        for (ModelKey key : keys) {
            double fair = key.project().weight() / weights;
            double most = Math.max(settings.usageShareThreshold(), MUCH_MORE * fair);
            key.overused(!rests && key.recentUsage() > most * total);
        }
    }

    private long earliestSetAside(long nowNanos) {
        ModelKey next = setAside.peek();
        while (next != null) {
            long until = next.excludedUntil(nowNanos);
            if (until <= next.setAsideUntil) {
                return next.setAsideUntil;
            }
            // It was excluded for longer meanwhile.
            setAside.poll();
            next.setAsideUntil = until;
            setAside.add(next);
            next = setAside.peek();
        }
        return PoolClock.NEVER;
    }

    /** Looks at all of them again: something was lifted. */
    public void restoreAll() {
        setAside.clear();
        usable = keys.length;
    }

    /** Looks at a key again: its quota has more room than there was. */
    public void restore(ModelKey key) {
        if (key.place >= usable && setAside.remove(key)) {
            swap(usable, key.place);
            usable++;
        }
    }

    private void restoreDue(long nowNanos) {
        ModelKey next = setAside.peek();
        while (next != null && next.setAsideUntil <= nowNanos) {
            setAside.poll();
            swap(usable, next.place);
            usable++;
            next = setAside.peek();
        }
    }

    private void setAside(int index, long until) {
        ModelKey key = keys[index];
        key.setAsideUntil = until;
        usable--;
        swap(index, usable);
        setAside.add(key);
    }

    private void swap(int a, int b) {
        ModelKey key = keys[a];
        put(a, keys[b]);
        put(b, key);
    }

    private void put(int place, ModelKey key) {
        keys[place] = key;
        key.place = place;
    }
}
