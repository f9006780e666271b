package io.github.geminipool.internal.wire;

import io.github.geminipool.key.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the quotas that the text of an error names, for errors without a {@code QuotaFailure}: gateways drop the details and
 * keep the message. Each statement is read for what it says itself, so that the limit of one is not taken for another's.
 */
final class QuotaText {

    /** Maximum number of statements read. */
    private static final int MAX_STATEMENTS = 32;

    private static final int MAX_DIGITS = 18;

    private static final Pattern STATEMENTS =
            Pattern.compile("[\\n\\r;]|\\\\n|\\. |\\* |, and |(?=quota exceeded for)");

    /** Links are no statements. Gemini's metrics have no scheme. */
    private static final Pattern LINK = Pattern.compile("https?://\\S{1,500}");

    private static final Pattern WORD_JOINTS = Pattern.compile("[\\s_-]{1,50}");

    private static final String NUMBER = "(\\d[\\d,]{0,18}+)(?!\\.?\\d|\\s?%|m?s\\b)";

    private static final Pattern LIMIT =
            Pattern.compile("\\b(?:limit|maximum|quota)(?: ?value)?(?: of| is| was)? ?[:=]? ?[\"']?" + NUMBER);

    private static final Pattern COUNT =
            Pattern.compile("\\b" + NUMBER + " ?(?:input |prompt |api )?(?:requests?|calls?|tokens?|rpm|rpd|tpm)\\b");

    private static final Pattern ALLOWS = Pattern.compile("limit|quota|exceed|allow|maximum|at most");

    private static final Pattern MODEL = Pattern.compile(
            "\\bmodel ?[:='\"] ?['\"]?(?:models/)?([a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?)|models/([a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?)");

    private static final Pattern DAY =
            Pattern.compile("per ?day|daily|\\brpd\\b|\\btpd\\b|/ ?day\\b|\\b(?:a|each|every) day\\b"
                    + "|per 24 ?h|\\b1/d\\b|\\btomorrow\\b|\\bmidnight\\b");

    private static final Pattern MINUTE =
            Pattern.compile("per ?min|\\brpm\\b|\\btpm\\b|/ ?min|\\b(?:a|each|every) minute\\b|per 60 ?s|\\b1/min");

    private static final Pattern REQUESTS = Pattern.compile("request|\\brp[md]\\b|\\bcalls?\\b");
    private static final Pattern TOKENS = Pattern.compile("token|\\btp[md]\\b");

    private static final Pattern GROUNDING = Pattern.compile("ground(?:ing|ed)|google ?search|google ?maps");
    private static final Pattern URL_CONTEXT = Pattern.compile("url ?context");
    private static final Pattern CODE_EXECUTION = Pattern.compile("code ?execution");

    private static final Pattern NAMED =
            Pattern.compile("\\bmetrics?\\b ?[:=]? ?['\"]?[a-z]|\\blimits? ?[:=]? ?['\"][a-z]");

    private QuotaText() {}

    /**
     * Returns the quotas that a text says are used up.
     *
     * @param said the text in lower case
     */
    static List<QuotaViolation> in(String said) {
        if (!ALLOWS.matcher(said).find() && !DAY.matcher(plain(said)).find()) {
            return List.of();
        }
        List<QuotaViolation> quotas = new ArrayList<>(2);
        String[] statements = STATEMENTS.split(LINK.matcher(said).replaceAll(" "), MAX_STATEMENTS);
        for (String statement : statements) {
            QuotaViolation quota = of(plain(statement), statement);
            if (quota != null) {
                quotas.add(quota);
            }
        }
        return quotas;
    }

    /** Returns whether a text in lower case mentions a daily quota. */
    static boolean namesDay(String text) {
        return DAY.matcher(plain(text)).find();
    }

    /** Returns whether a text in lower case mentions a quota per minute. */
    static boolean namesMinute(String text) {
        return MINUTE.matcher(plain(text)).find();
    }

    /** Returns the use of the tool that a text in lower case mentions; null if it mentions none. */
    static @Nullable Use toolIn(String text) {
        String plain = plain(text);
        if (GROUNDING.matcher(plain).find()) {
            return Use.GROUNDED;
        }
        if (URL_CONTEXT.matcher(plain).find()) {
            return Use.URL_CONTEXT;
        }
        return CODE_EXECUTION.matcher(plain).find() ? Use.CODE_EXECUTION : null;
    }

    /** Replaces whatever joins words, except a slash, by single blanks. */
    private static String plain(String text) {
        return WORD_JOINTS.matcher(text).replaceAll(" ");
    }

    private static @Nullable QuotaViolation of(String plain, String statement) {
        boolean day = DAY.matcher(plain).find();
        boolean minute = MINUTE.matcher(plain).find();
        String number = number(plain);
        boolean isNamed = plain.contains("exceeded") && NAMED.matcher(plain).find();
        if (!day && !minute && number == null && !isNamed) {
            return null;
        }
        Matcher named = MODEL.matcher(statement);
        String model = named.find() ? (named.group(1) != null ? named.group(1) : named.group(2)) : null;
        boolean ofModel = model != null || plain.contains("permodel") || plain.contains("per model");
        String quota = (TOKENS.matcher(plain).find()
                        ? (plain.contains("output") ? "output tokens" : "input tokens")
                        : REQUESTS.matcher(plain).find() ? "requests" : "a quota")
                + (day ? " per day" : "")
                + (minute ? " per minute" : "")
                + (ofModel ? " per model" : "");
        long limit = number == null || number.length() > MAX_DIGITS ? -1 : Long.parseLong(number);
        return new QuotaViolation(quota, limit == 0, Math.max(0, limit), model, toolIn(statement));
    }

    /** Returns the digits of the limit in a statement; null if it gives none. */
    private static @Nullable String number(String plain) {
        Matcher limit = LIMIT.matcher(plain);
        if (limit.find()) {
            return limit.group(1).replaceAll("\\D", "");
        }
        Matcher count = COUNT.matcher(plain);
        return ALLOWS.matcher(plain).find() && count.find() ? count.group(1).replaceAll("\\D", "") : null;
    }
}
