/** What tests of the pool share: time that they own, and the proof that nothing is left behind. */
package io.github.geminipool.testing;
