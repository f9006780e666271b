package io.github.geminipool.internal.turn;

import java.util.Comparator;

/** A position in the order of turns: the time of the next turn and, among equals, the order of arrival. */
class Rank {

    static final Comparator<Rank> IN_TURN = (one, other) -> {
        int byRound = Long.compare(one.at, other.at);
        return byRound != 0 ? byRound : Long.compare(one.number, other.number);
    };

    /** When its next turn comes, in fractions of a round. */
    long at;

    long number;

    void copyFrom(Rank other) {
        at = other.at;
        number = other.number;
    }
}
