package io.github.geminipool.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The code with which a server's error begins, such as {@code READONLY}. */
final class ErrorCode {

    static final String READ_ONLY = "READONLY";

    /** Servers before 7.0 wrap a command's error in an error of the script that ran it. */
    private static final Pattern OF_SCRIPT =
            Pattern.compile("ERR Error running script .*?: -?([A-Z]{3,}) .*", Pattern.DOTALL);

    private ErrorCode() {}

    /** Returns the code of a failure; null if it is not a server's error. */
    static @Nullable String of(Throwable failure) {
        if (!(failure instanceof RedisCommandExecutionException)) {
            return null;
        }
        String message = String.valueOf(failure.getMessage());
        Matcher ofScript = OF_SCRIPT.matcher(message);
        return ofScript.matches() ? ofScript.group(1) : message.split(" ", 2)[0];
    }
}
