package io.github.geminipool.internal.quota;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.stats.QuotaUsage;
import java.util.List;

/**
 * The ledger of one project for one model: what was sent, and when more may be sent. Times are those of the pool's clock. Guarded by
 * the model pool's lock, unless it says more.
 */
public interface Ledger {

    /**
     * Returns when a demand may be sent: now, later, or {@link PoolClock#NEVER}.
     *
     * @param size the demand's size, with the tokens to reserve. If these may exceed the limit, the demand needs the whole
     *     minute; if they certainly do, or its requests do, it can never be sent
     */
    long nextSlot(long now, long size);

    /** Records that a demand of a size is about to be sent; call {@link #nextSlot} first. */
    void take(long now, long size);

    /**
     * Refunds a demand that was not sent.
     *
     * @param at when it was taken
     * @param size its size
     * @return whether a waiting request may now be served
     */
    boolean refund(long at, long size);

    /**
     * Moves a demand that was sent later than it was taken.
     *
     * @param at when it was taken
     * @param sentAt when it was sent
     * @param size its size
     */
    void postpone(long at, long sentAt, long size);

    /**
     * Replaces the tokens of a reservation by the number that Gemini counted.
     *
     * @param at when the demand was taken
     * @param size its size
     * @return whether a waiting request may now be served
     */
    boolean settle(long at, long size, long counted);

    /** Returns the limit of tokens per minute, which no request may exceed; 0 if none is known. */
    int tokenLimit();

    /** Returns the number of requests that no demand may exceed; 0 if no limit of requests is known. */
    int requestLimit();

    /** Returns the unused part of the minute's scarcer quota, from 0 to 1. */
    double left(long now);

    /** Returns the maximum number of requests that may be sent until a time. */
    long requestsUntil(long now, long until);

    /** Returns the maximum number of tokens that may be sent until a time. */
    long tokensUntil(long now, long until);

    /**
     * Records that Gemini refused a request for the limit of requests per minute.
     *
     * @param limit the project's limit, as Gemini reports it
     * @param size the size of the demand
     * @param takenAt when it was taken
     * @param roomAt when there is room again, as Gemini reports it
     * @return whether this shows for the first time that the configured limit is too high
     */
    boolean refusedByMinute(int limit, long size, long takenAt, long now, long roomAt);

    /**
     * Records that Gemini refused a request for the limit of tokens per minute.
     *
     * @see #refusedByMinute
     */
    boolean refusedByTokens(int limit, long size, long takenAt, long now, long roomAt);

    /**
     * Records that Gemini refused a request for the limit of requests per day.
     *
     * @param limit the project's limit, as Gemini reports it
     * @return whether this shows for the first time that the configured limit is too high
     */
    boolean refusedByDay(int limit, long now);

    /** Forgets the limits that Gemini reported, but not what was sent under configured ones. */
    void forget();

    /** Returns the known limits and their usage. */
    List<QuotaUsage> usage(String project, long now);

    /** Returns whether {@link #usage} has all that everybody who shares the ledger has sent in the last minute. */
    boolean knowsAll(long now);

    /** Returns whether the day's requests are used up. */
    boolean isDayUsedUp(long now);

    /** Describes why a request can't be sent now. */
    String why(long now, long reserved);
}
