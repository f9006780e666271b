package io.github.geminipool.spi;

/**
 * How a request asks to be served.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/flex-inference">Gemini's inference tiers</a>
 */
public enum ServiceTier {
    /** As usual; also where a request names no tier, or an unknown one. */
    STANDARD,
    /** At a lower price, within minutes, and only while there is spare capacity. */
    FLEX,
    /** At a higher price, before others. */
    PRIORITY
}
