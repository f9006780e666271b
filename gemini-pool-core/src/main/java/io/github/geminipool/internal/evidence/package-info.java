/**
 * Who is at fault for a failure if Gemini does not say: what other projects are asked, what that costs, and what it showed. Not an
 * API.
 */
@NullMarked
package io.github.geminipool.internal.evidence;

import org.jspecify.annotations.NullMarked;
