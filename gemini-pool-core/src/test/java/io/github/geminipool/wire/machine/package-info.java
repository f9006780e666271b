/** What the machine does to the pool: no memory, no threads, no room in the common pool. */
package io.github.geminipool.wire.machine;
