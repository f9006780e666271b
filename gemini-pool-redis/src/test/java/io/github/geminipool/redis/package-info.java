@NullMarked
package io.github.geminipool.redis;

import org.jspecify.annotations.NullMarked;
