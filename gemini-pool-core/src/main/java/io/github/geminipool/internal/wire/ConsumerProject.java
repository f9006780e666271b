package io.github.geminipool.internal.wire;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Google project that an error names as the one that was asked on behalf of. */
public final class ConsumerProject {

    private static final Pattern CONSUMER =
            Pattern.compile("\"consumer\"\\s{0,8}:\\s{0,8}\"projects/([\\w:.-]{1,100})\"");

    private ConsumerProject() {}

    /** Its number or id; null where the body of an error names none. */
    public static @Nullable String in(String body) {
        Matcher consumer = CONSUMER.matcher(body);
        return consumer.find() ? consumer.group(1) : null;
    }
}
