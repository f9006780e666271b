package io.github.geminipool.internal.answer;

import io.github.geminipool.event.EmptyResponse;
import io.github.geminipool.event.ResponseFacts;
import io.github.geminipool.event.TokenUsage;
import io.github.geminipool.internal.wire.ContinuationDigest;
import io.github.geminipool.internal.wire.EmptyResponses;
import io.github.geminipool.internal.wire.JsonScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a response says about itself as it passes to its reader. If something is said repeatedly, as in each event of a
 * stream, the last one counts. Written by one thread at a time; {@link #facts()} may be called by any.
 */
public final class AnswerScan extends JsonScan {

    /** Maximum length of a text; longer ones are ignored. */
    private static final int MAX_LENGTH = 128;

    /** Maximum number of digits of a count; any such number fits into a long. */
    private static final int MAX_DIGITS = 18;

    private static final long UNKNOWN = -1;

    /** The finish reason of a response that another request continues. */
    private static final String CONTINUATION = "CONTINUATION";

    /** The finish reason of most responses. */
    private static final String STOP = "STOP";

    private final PartsScan parts = new PartsScan();
    private final String asked;
    private @Nullable AnswerField field;
    private @Nullable String model;
    private @Nullable String id;
    private @Nullable String finishReason;
    private @Nullable String serviceTier;
    private final boolean isTierInHeader;

    /** The last token with which the response can be continued; null until there is one. */
    private @Nullable ContinuationDigest continuation;

    private long prompt = UNKNOWN;
    private long toolUse;
    private long cached;
    private long candidates;
    private long thoughts;
    private boolean isBlocked;
    private boolean hasToken;

    /** The counts in another shape than Gemini's; null until a response has had them. */
    private @Nullable OtherUsage usage;

    /** The counts that are being read, and the depth of their object; null and 0 outside of it. */
    private @Nullable OtherUsage begunUsage;

    private int usageDepth;

    /** The depth of the model's output; 0 outside of it. */
    private int outputDepth;

    /** Written last, to publish the fields above to other threads. */
    private volatile boolean hasPassed;

    /**
     * Creates a scan of a response.
     *
     * @param asked the model that the request named, whose name most responses repeat
     * @param tierHeader the header that names the service tier; null if there is none
     */
    public AnswerScan(String asked, @Nullable String tierHeader) {
        this.asked = asked;
        this.serviceTier = ServedTier.of(tierHeader);
        this.isTierInHeader = serviceTier != null;
    }

    /** Returns what the response has said so far; null if nothing. */
    @Nullable
    public ResponseFacts facts() {
        if (!hasPassed) {
            return isTierInHeader ? new ResponseFacts(null, null, null, null, serviceTier) : null;
        }
        TokenUsage tokens = tokens();
        return model == null && id == null && finishReason == null && tokens == null && serviceTier == null
                ? null
                : new ResponseFacts(model, id, finishReason, tokens, serviceTier);
    }

    private @Nullable TokenUsage tokens() {
        if (prompt != UNKNOWN) {
            return new TokenUsage(prompt + toolUse, cached, candidates, thoughts);
        }
        return usage == null ? null : usage.tokens();
    }

    /** Returns the digest of the last token with which the response can be continued; null if it has had none so far. */
    @Nullable
    public String continuation() {
        return hasPassed && continuation != null ? continuation.digest() : null;
    }

    /**
     * Returns whether the response is complete: the model has said why it stopped, the prompt was blocked, or there is
     * a token with which the SDK resumes. For the reader's thread only.
     */
    public boolean isFinished() {
        return hasToken || isBlocked || (finishReason != null && !finishReason.equals(CONTINUATION));
    }

    /**
     * Returns why a response that has passed is empty although it has parts: all of them are empty texts or thoughts. For the
     * reader's thread only.
     *
     * @return null if a part has content, there are no parts, or it is to be continued
     */
    public @Nullable EmptyResponse whyEmptyParts() {
        if (!parts.hasOnlyEmptyParts() || hasToken || depth() != 0) {
            return null;
        }
        return EmptyResponses.of(isBlocked, finishReason);
    }

    /** Returns whether a part that has passed has content: such a response is not empty. For the reader's thread only. */
    public boolean hasContent() {
        return parts.hasContent();
    }

    /** Returns whether there is a token with which the caller continues the response. For the reader's thread only. */
    public boolean isContinued() {
        return hasToken;
    }

    /**
     * Reads bytes that have just passed.
     *
     * @param sink the buffer that ends with them
     * @param count their number
     */
    public void passed(Buffer sink, long count) throws IOException {
        if (count > 0) {
            sink.copyTo(this, sink.size() - count, count);
            hasPassed = true;
        }
    }

    @Override
    protected boolean name(byte[] bytes, int from, int to) {
        field = outputDepth > 0 ? null : AnswerField.of(bytes, from, to, depth(), begunUsage != null);
        return parts.name(bytes, from, to, depth()) || field != null;
    }

    @Override
    protected boolean begins(boolean isArray) {
        parts.begins(isArray, depth());
        if (field == AnswerField.USAGE && !isArray) {
            begunUsage = new OtherUsage();
            usageDepth = depth();
        } else if (field != null && field.isOutput()) {
            outputDepth = depth();
        }
        return false;
    }

    @Override
    protected void ends() {
        parts.ends(depth());
        if (begunUsage != null && depth() <= usageDepth) {
            usage = begunUsage.isKnown() ? begunUsage : usage;
            begunUsage = null;
        }
        if (depth() <= outputDepth) {
            outputDepth = 0;
        }
    }

    @Override
    protected void part(byte[] bytes, int from, int to) {
        if (isToken()) {
            token().add(bytes, from, to);
        }
    }

    @Override
    protected void part(byte b) {
        if (isToken()) {
            token().add(b);
        }
    }

    private boolean isToken() {
        return field == AnswerField.CONTINUATION_TOKEN || field == AnswerField.CONTINUATION_OF_INTERACTION;
    }

    private ContinuationDigest token() {
        if (continuation == null) {
            continuation = new ContinuationDigest();
        }
        return continuation;
    }

    @Override
    protected void string(byte[] bytes, int from, int to, long length) {
        parts.string(length);
        if (isToken()) {
            hasToken |= length > 0;
            token().end(bytes, from, to);
            return;
        }
        if (field == null || length > MAX_LENGTH || !isPrintable(bytes, from, to)) {
            return;
        }
        switch (field) {
            case BLOCK_REASON -> isBlocked = true;
            case MODEL_VERSION -> model = text(model == null ? asked : model, bytes, from, to);
            case RESPONSE_ID -> id = text(id, bytes, from, to);
            case FINISH_REASON -> finishReason = text(finishReason == null ? STOP : finishReason, bytes, from, to);
            case SERVICE_TIER, TIER_OF_OTHERS -> {
                if (!isTierInHeader) {
                    serviceTier = ServedTier.of(text(serviceTier, bytes, from, to));
                }
            }
            default -> {}
        }
    }

    private static boolean isPrintable(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] <= ' ') {
                return false;
            }
        }
        return true;
    }

    /** Returns the text of a slice; the expected text if it is the same, as it is in all events of a stream. */
    private static String text(@Nullable String expected, byte[] bytes, int from, int to) {
        return expected != null && isSame(expected, bytes, from, to)
                ? expected
                : new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    }

    private static boolean isSame(String text, byte[] bytes, int from, int to) {
        if (text.length() != to - from) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (text.charAt(i - from) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    protected void literal(byte[] bytes, int from, int to) {
        parts.literal(bytes, from, to);
        if (field == null) {
            return;
        }
        long count = count(bytes, from, to);
        if (count == UNKNOWN) {
            return;
        }
        switch (field) {
            case PROMPT -> prompt = count;
            case TOOL_USE -> toolUse = count;
            case CACHED -> cached = count;
            case CANDIDATES -> candidates = count;
            case THOUGHTS -> thoughts = count;
            default -> {
                if (begunUsage != null) {
                    begunUsage.set(field, count);
                }
            }
        }
    }

    private static long count(byte[] bytes, int from, int to) {
        if (to - from > MAX_DIGITS) {
            return UNKNOWN;
        }
        long count = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return UNKNOWN;
            }
            count = 10 * count + digit;
        }
        return count;
    }
}
