/** The facts that replicas tell each other: exclusions, an operator's actions, owners of resources, aliases of models. Not an API. */
@NullMarked
package io.github.geminipool.internal.shared;

import org.jspecify.annotations.NullMarked;
