package io.github.geminipool.simulator.internal.content;

import io.github.geminipool.simulator.LongDecode;
import org.jspecify.annotations.Nullable;

/**
 * What one request gets of an answer: all of it, or one hop.
 *
 * @param text the text; may be empty in a hop
 * @param finishReason {@code STOP}, {@code MAX_TOKENS} or {@code CONTINUATION}
 * @param thoughts tokens of the hop's thoughts
 * @param start where the text begins; null if the model's answers have no hops
 * @param next where the answer continues; null if it does not
 */
record Portion(
        String text,
        String finishReason,
        long thoughts,
        @Nullable Continuation start,
        @Nullable Continuation next) {

    private static final long THOUGHTS = 64;

    /** All of an answer, up to a number of output tokens. */
    static Portion whole(String text, long maxTokens) {
        boolean cut = Tokens.ofText(text) > maxTokens;
        return new Portion(cut ? text.substring(0, end(maxTokens)) : text, cut ? "MAX_TOKENS" : "STOP", 0, null, null);
    }

    private static int end(long maxTokens) {
        return (int) Math.max(1, maxTokens * 4);
    }

    /** One hop of an answer. The number of output tokens is for all hops together. */
    static Portion hop(LongDecode decode, Continuation at, String text, long maxTokens) {
        int hop = Math.min(at.hop(), decode.hops());
        int bound = boundary(decode, hop, text);
        boolean cut = maxTokens < Integer.MAX_VALUE / 4 && end(maxTokens) < bound;
        int from = Math.min(at.offset(), text.length());
        int to = Math.max(from, cut ? end(maxTokens) : bound);
        long thoughts = decode.emptyHops().contains(hop) ? THOUGHTS : 0;
        if (cut) {
            return new Portion(text.substring(from, to), "MAX_TOKENS", thoughts, at, at.at(hop, to, at.thoughts()));
        }
        return hop == decode.hops()
                ? new Portion(text.substring(from, to), "STOP", thoughts, at, null)
                : new Portion(
                        text.substring(from, to),
                        "CONTINUATION",
                        thoughts,
                        at,
                        at.at(hop + 1, to, at.thoughts() + thoughts));
    }

    /** A hop that says nothing and whose token leads to itself. */
    static Portion repeated(Continuation at) {
        Continuation itself = at.at(Math.max(2, at.hop()), at.offset(), at.thoughts());
        return new Portion("", "CONTINUATION", THOUGHTS, itself, itself);
    }

    /** Returns where a hop's text ends: hops with text have equal parts, up to the end of a word. */
    private static int boundary(LongDecode decode, int hop, String text) {
        if (hop >= decode.hops()) {
            return text.length();
        }
        long spoken = java.util.stream.IntStream.rangeClosed(1, hop)
                .filter(each -> !decode.emptyHops().contains(each))
                .count();
        int end = (int)
                (text.length() * spoken / (decode.hops() - decode.emptyHops().size()));
        int space = text.indexOf(' ', end);
        return spoken == 0 ? 0 : space < 0 ? text.length() : space;
    }

    /** Returns the token of a place within the text; null if the model's answers have no hops. */
    @Nullable
    String checkpoint(int characters) {
        return start == null
                ? null
                : start.at(start.hop(), start.offset() + characters, start.thoughts())
                        .token();
    }
}
