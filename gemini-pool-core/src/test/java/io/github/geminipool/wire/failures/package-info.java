/** Failures and hostile responses: verdicts, failover, exclusions, outages. */
@NullMarked
package io.github.geminipool.wire.failures;

import org.jspecify.annotations.NullMarked;
