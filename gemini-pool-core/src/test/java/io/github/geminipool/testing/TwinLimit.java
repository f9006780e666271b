package io.github.geminipool.testing;

import org.jspecify.annotations.Nullable;

/** A limit as replicas have configured it and as Gemini has told it. */
final class TwinLimit {

    private final long minute;
    int configured;
    double share;
    int learned;
    int smallest;
    long smallestAt;
    int agreed;

    TwinLimit(long minute) {
        this.minute = minute;
    }

    void copy(TwinLimit other) {
        configured = other.configured;
        share = other.share;
        learned = other.learned;
        smallest = other.smallest;
        smallestAt = other.smallestAt;
        agreed = other.agreed;
    }

    void configure(@Nullable Integer limit, double ofAll) {
        configured = limit == null ? 0 : limit;
        share = ofAll;
    }

    /** Gemini has told another limit, or it is to be forgotten: what was agreed before does not hold any more. */
    void learn(int reported) {
        learned = reported;
        smallest = 0;
        smallestAt = 0;
    }

    int part(int limit) {
        return (int) Math.max(1, Math.floor(limit * share + 1e-9));
    }

    int own() {
        if (configured == 0 && learned == 0) {
            return 0;
        }
        return part(configured == 0 ? learned : learned == 0 ? configured : Math.min(configured, learned));
    }

    /** The smallest limit that anybody has had in the last two minutes holds for all. */
    void agree(long now) {
        int own = own();
        if (own > 0 && (own < smallest || now - smallestAt > 2 * minute)) {
            smallest = own;
            smallestAt = now;
        } else if (own > 0 && own == smallest && now - smallestAt > minute / 2) {
            smallestAt = now;
        }
        if (smallest == 0 || now - smallestAt > 2 * minute) {
            agreed = own;
        } else {
            agreed = own == 0 ? smallest : Math.min(own, smallest);
        }
    }

    boolean isLearned() {
        return learned > 0 && (configured == 0 || learned < configured);
    }
}
