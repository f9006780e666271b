/** The quota ledger and its windows. */
@NullMarked
package io.github.geminipool.simulator.internal.quota;

import org.jspecify.annotations.NullMarked;
