package io.github.geminipool.internal.answer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Request;

/** Which clients read one event of a stream ahead. */
final class ReadAhead {

    /** The first version of Google's SDK that does not. */
    private static final int FIRST_WITHOUT = 77;

    private static final Pattern SDK_1 = Pattern.compile("google-genai-sdk/1\\.(\\d{1,4})\\.");

    private ReadAhead() {}

    /** Returns whether the client that made a request is Google's SDK before version 1.77. */
    static boolean isDoneBy(Request request) {
        String agent = request.header("User-Agent");
        if (agent == null || !agent.contains("google-genai-sdk/1.")) {
            return false;
        }
        Matcher sdk = SDK_1.matcher(agent);
        return sdk.find() && Integer.parseInt(sdk.group(1)) < FIRST_WITHOUT;
    }
}
