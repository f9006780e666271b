/** What a project may still send to a model: limits as they are configured or learned, and what was sent under them. */
@NullMarked
package io.github.geminipool.internal.quota;

import org.jspecify.annotations.NullMarked;
