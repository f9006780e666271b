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
 * <p>Excluded keys are set aside until their exclusions end, so that a choice among many keys, most of them excluded, costs no more
 * than one among a few. A later exclusion is noticed when its key is scored; one that ends early must be reported by {@link
 * #restoreAll()}. Guarded by the model pool's lock.
 */
final class TierKeys {

    /** Maximum number of keys scored in one choice: a random sample of the usable ones is as good as all of them. */
    static final int SAMPLE = 16;

    /** Maximum number of keys shown to a search for a slot; most may be excluded. */
    private static final int MOST_SHOWN = 64;

    /** With fewer keys than this, each has a large share by necessity. */
    private static final int FEWEST_TO_SHARE = 3;

    private static final double MUCH_MORE = 1.5;

    private final SafeScore score;
    private final RandomGenerator random;
    private final ScoringTime time;

    /** Up to {@code usable}: the keys believed to be usable, in no particular order; after them, those set aside. */
    private final ModelKey[] keys;

    /** Has its full capacity from the start, so that setting a key aside allocates nothing. */
    private final PriorityQueue<ModelKey> setAside;

    private int usable;

    /**
     * The position in the sample that gets a new key at the next choice; the others keep theirs. Unlike a random key among
     * thousands, those are in the processor's cache, and such a sample is as good as a new one.
     */
    private int turn;

    /** The best key of the last choice among those used only if no better one is available. */
    private @Nullable ModelKey secondChoice;

    private int secondReluctance;
    private double secondScore;

    TierKeys(List<ModelKey> keys, SafeScore score, RandomGenerator random, ScoringTime time) {
        this.keys = keys.toArray(ModelKey[]::new);
        this.usable = this.keys.length;
        this.setAside =
                new PriorityQueue<>(Math.max(1, usable), Comparator.comparingLong((ModelKey key) -> key.setAsideUntil));
        for (int i = 0; i < usable; i++) {
            this.keys[i].place = i;
        }
        this.score = score;
        this.random = random;
        this.time = time;
    }

    /**
     * Returns the best usable key that a filter accepts; null if there is none.
     *
     * @param tokens the tokens to reserve; less than 0 for a request that takes no quota
     */
    @Nullable
    ModelKey choose(KeyFilter filter, long tokens) {
        restoreDue();
        secondChoice = null;
        if (tokens < 0) {
            return chooseWithoutQuota(filter);
        }
        if (usable > SAMPLE) {
            shuffle();
        }
        ModelKey best = null;
        double bestScore = 0;
        int looked = 0;
        boolean anyKey = filter.isPlain();
        for (int i = 0; i < usable && looked < SAMPLE; i++) {
            if (i >= SAMPLE) {
                swap(i, i + random.nextInt(usable - i));
            }
            ModelKey key = keys[i];
            if (key.excludedUntil(tokens) > 0) {
                i = setAsideUnlessForRequest(i);
                continue;
            }
            if (!anyKey && !filter.accepts(key.health())) {
                continue;
            }
            double keyScore = score.of(key);
            int reluctance = key.reluctance();
            if (reluctance > 0) {
                if (isBetterSecond(key, reluctance, keyScore)) {
                    setSecondChoice(key, reluctance, keyScore);
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

    private void shuffle() {
        turn = (turn + 1) % SAMPLE;
        swap(turn, turn + random.nextInt(usable - turn));
    }

    /** Sets a key aside, unless it may serve a smaller request or another use; returns the index after which to continue. */
    private int setAsideUnlessForRequest(int index) {
        long forAll = keys[index].excludedForAllUntil();
        if (forAll == 0) {
            return index;
        }
        setAside(index, forAll);
        return index - 1;
    }

    /** Returns the best key of the last choice among those used only if no tier has a better one; null if none. */
    @Nullable
    ModelKey secondChoice() {
        return secondChoice;
    }

    private boolean isBetterSecond(ModelKey key, int reluctance, double keyScore) {
        return secondChoice == null
                || reluctance < secondReluctance
                || (reluctance == secondReluctance && isBetter(key, keyScore, secondChoice, secondScore));
    }

    private void setSecondChoice(ModelKey key, int reluctance, double keyScore) {
        secondChoice = key;
        secondReluctance = reluctance;
        secondScore = keyScore;
    }

    private static boolean isBetter(ModelKey key, double keyScore, @Nullable ModelKey best, double bestScore) {
        return best == null || keyScore > bestScore || (keyScore == bestScore && key.isLessRecentThan(best));
    }

    /** Chooses for a request that takes no quota: keys set aside for lack of quota are usable too. */
    private @Nullable ModelKey chooseWithoutQuota(KeyFilter filter) {
        ModelKey best = null;
        double bestScore = 0;
        for (int i = 0, looked = 0; i < keys.length && looked < SAMPLE; i++) {
            ModelKey key = keys[i];
            if (filter.accepts(key.health()) && key.excludedUntil(-1) == 0) {
                looked++;
                double keyScore = score.of(key);
                if (key.isPassedOver()) {
                    if (isBetterSecond(key, 2, keyScore)) {
                        setSecondChoice(key, 2, keyScore);
                    }
                } else if (isBetter(key, keyScore, best, bestScore)) {
                    best = key;
                    bestScore = keyScore;
                }
            }
        }
        return best;
    }

    /**
     * Returns when a key that a filter accepts becomes usable: the scoring time if one is, or {@link PoolClock#NEVER}.
     *
     * @param tokens the tokens to reserve; less than 0 for a request that takes no quota
     */
    long nextUsable(KeyFilter filter, long tokens) {
        restoreDue();
        long earliest = PoolClock.NEVER;
        for (int i = 0; i < usable; i++) {
            long excludedUntil = keys[i].excludedForAllUntil();
            if (excludedUntil > 0) {
                setAside(i, excludedUntil);
                i--;
            } else if (filter.accepts(keys[i].health())) {
                long forRequest = keys[i].excludedUntil(tokens);
                if (forRequest == 0) {
                    return time.nanos();
                }
                earliest = Math.min(earliest, forRequest);
            }
        }
        if (filter.isPlain() && tokens == 0) {
            return Math.min(earliest, earliestSetAside());
        }
        for (ModelKey key : setAside) {
            if (filter.accepts(key.health())) {
                long until = key.excludedUntil(tokens);
                earliest = Math.min(
                        earliest, tokens < 0 ? Math.max(time.nanos(), until) : Math.max(key.setAsideUntil, until));
            }
        }
        return earliest;
    }

    /** Shows a sample of the keys to a search; if that finds nothing, those whose exclusions end first. */
    void sample(SlotSearch search) {
        int first = keys.length <= MOST_SHOWN ? 0 : random.nextInt(keys.length);
        for (int i = 0; i < Math.min(MOST_SHOWN, keys.length) && search.goesOn(SAMPLE); i++) {
            search.accept(keys[(first + i) % keys.length]);
        }
        if (keys.length <= MOST_SHOWN || search.found() != null) {
            return;
        }
        // A heap begins with the smallest.
        int shown = 0;
        for (ModelKey key : setAside) {
            if (shown++ == MOST_SHOWN || !search.goesOn(SAMPLE)) {
                return;
            }
            search.accept(key);
        }
    }

    /** Counts the projects with a usable key, up to a limit. */
    int projects(int limit) {
        restoreDue();
        Set<String> projects = new HashSet<>();
        for (int i = 0; i < usable && projects.size() < limit; i++) {
            if (keys[i].excludedUntil(0) == 0) {
                projects.add(keys[i].project().name());
            }
        }
        return projects.size();
    }

    /** Counts the projects with a key that no failure excludes, up to a limit, whether or not they have quota left. */
    int projectsThatWork(int limit) {
        Set<String> projects = new HashSet<>();
        for (int i = 0; i < keys.length && projects.size() < limit; i++) {
            if (keys[i].exclusionByFailure(time.nanos()) == null) {
                projects.add(keys[i].project().name());
            }
        }
        return projects.size();
    }

    /** Marks the keys that get more than their share of the calls; none if fewer than three keys share them. */
    void judgeShares(HealthSettings settings) {
        double total = 0;
        double weights = 0;
        int sharing = 0;
        for (ModelKey key : keys) {
            if (!key.isOnTrial()) {
                sharing++;
                total += key.recentUsage();
                weights += key.project().weight();
            }
        }
        boolean rests = sharing < FEWEST_TO_SHARE || total < settings.minimumCalls();
        for (ModelKey key : keys) {
            double fair = key.project().weight() / weights;
            double most = Math.max(settings.usageShareThreshold(), MUCH_MORE * fair);
            key.overused(!rests && key.recentUsage() > most * total);
        }
    }

    private long earliestSetAside() {
        ModelKey next = setAside.peek();
        while (next != null) {
            long until = next.excludedForAllUntil();
            if (until <= next.setAsideUntil) {
                return next.setAsideUntil;
            }
            // Its exclusion has been extended.
            setAside.poll();
            next.setAsideUntil = until;
            setAside.add(next);
            next = setAside.peek();
        }
        return PoolClock.NEVER;
    }

    /** Makes all keys candidates again, after an exclusion has ended early. */
    void restoreAll() {
        setAside.clear();
        usable = keys.length;
    }

    /** Makes a key a candidate again, after tokens were refunded. No effect on keys of other tiers. */
    void restore(ModelKey key) {
        if (key.place >= usable && setAside.remove(key)) {
            swap(usable, key.place);
            usable++;
        }
    }

    private void restoreDue() {
        ModelKey next = setAside.peek();
        while (next != null && next.setAsideUntil <= time.nanos()) {
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
