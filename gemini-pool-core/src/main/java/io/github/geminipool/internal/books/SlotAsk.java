package io.github.geminipool.internal.books;

import io.github.geminipool.shared.SlotChange;
import io.github.geminipool.shared.SlotOrder;
import java.util.List;
import java.util.function.LongFunction;

/**
 * An order under way.
 *
 * @param changes the changes that it reports, as functions of the time of the order: if it fails, the next one reports them
 */
public record SlotAsk(SlotOrder order, List<LongFunction<SlotChange>> changes) {}
