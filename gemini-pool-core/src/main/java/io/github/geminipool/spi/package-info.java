/** What an application may replace: selection of keys, the running of attempts, time. */
@NullMarked
package io.github.geminipool.spi;

import org.jspecify.annotations.NullMarked;
