/** Resources that belong to a project are requested with a key of that project. */
@NullMarked
package io.github.geminipool.wire.affinity;

import org.jspecify.annotations.NullMarked;
