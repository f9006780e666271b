package io.github.geminipool.internal.books;

import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotOrder;
import java.util.List;
import java.util.function.LongFunction;

/**
 * An order under way.
 *
 * @param changes those that it reports, by the time at which an order is made: if it fails, they are reported again
 */
public record SlotAsk(SlotOrder order, List<LongFunction<SlotChange>> changes) {}
