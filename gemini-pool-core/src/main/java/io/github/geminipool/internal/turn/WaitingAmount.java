package io.github.geminipool.internal.turn;

/** What the waiters that accept any key need in total. */
final class WaitingAmount {

    private long requests;
    private long tokens;

    void add(Waiter waiter, int sign) {
        if (waiter.isPlain()) {
            requests += (long) sign * waiter.requests();
            tokens += sign * waiter.tokens();
        }
    }

    long requests() {
        return requests;
    }

    long tokens() {
        return tokens;
    }
}
