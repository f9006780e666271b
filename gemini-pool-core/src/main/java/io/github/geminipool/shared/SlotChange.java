package io.github.geminipool.shared;

import java.time.Duration;

/**
 * What has happened to a slot or a quota since the store was last told. Changes travel with {@linkplain SlotOrder orders}. Durations
 * are counted back from the moment at which the order is made: no replica's clock has to be right. Immutable.
 */
public sealed interface SlotChange {

    /** A unit of quota. */
    enum Unit {
        /** Requests in any sixty seconds. */
        REQUESTS_PER_MINUTE,
        /** Tokens of prompts in any sixty seconds. */
        TOKENS_PER_MINUTE,
        /** Requests from midnight to midnight Pacific time. */
        REQUESTS_PER_DAY
    }

    /**
     * The request of a slot was sent later, or counted as something else than was reserved for it.
     *
     * @param slot {@linkplain Slot#id identifies} the slot
     * @param later how much later than at the slot's time the request was sent, 0 or more. The slot is called by its new time from
     *     then on: its id grows by as many microseconds
     * @param size what the request counts as
     * @param reserved what the books have for it
     */
    record Moved(long slot, Duration later, SlotSize size, SlotSize reserved) implements SlotChange {}

    /**
     * A slot was not used, and will not be.
     *
     * @param slot {@linkplain Slot#id identifies} the slot
     * @param reserved what the books have for it
     */
    record Unused(long slot, SlotSize reserved) implements SlotChange {}

    /**
     * A slot that the books may have lost. It counts unless they still have it.
     *
     * @param slot {@linkplain Slot#id identifies} the slot, by the time at which its request was sent
     * @param size what its request counts as
     */
    record Kept(long slot, SlotSize size) implements SlotChange {}

    /**
     * A request was sent without a slot, since the store did not answer.
     *
     * @param ago how long ago it was sent, 0 or more
     * @param size what it counts as
     */
    record Sent(Duration ago, SlotSize size) implements SlotChange {}

    /**
     * Requests of the current day of which the books know nothing, beyond those reported as {@link Kept} or {@link Sent}, which do
     * not count for the day.
     *
     * @param requests how many, at least 1
     */
    record OfDay(int requests) implements SlotChange {}

    /**
     * Requests of the current day that the books may have lost. They count unless the books still have the day's count, as when
     * only the latest slots were lost.
     *
     * @param requests how many, at least 1
     */
    record KeptOfDay(int requests) implements SlotChange {}

    /**
     * Gemini refused a request for a limit. The limit holds for all replicas from now on, and what Gemini counts beyond the books
     * was sent by others.
     *
     * @param unit the limit's unit
     * @param limit the project's limit as Gemini reports it, at least 1; the {@linkplain SlotOrder#limits share} applies to it
     * @param takenAgo how long ago the quota for the refused request was taken: what was under way when the limit was learned teaches
     *     nothing new
     * @param roomIn in how much time Gemini says there is room again; zero or less for now. Without meaning for a day
     * @param amount what was taken for the request, in the limit's unit
     */
    record Refused(Unit unit, int limit, Duration takenAgo, Duration roomIn, long amount) implements SlotChange {}

    /** All limits that Gemini has reported are forgotten: somebody has reset what was learned. */
    record Forgotten() implements SlotChange {}
}
