package io.github.geminipool.internal.connection;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The connection to Gemini was lost. It replaces exceptions from which web frameworks conclude that their own client has left:
 * Spring would end the application's response as if all were well, instead of failing it. See <a
 * href="https://docs.spring.io/spring-framework/docs/current/javadoc-api/org/springframework/web/util/DisconnectedClientHelper.html">DisconnectedClientHelper</a>.
 */
public final class ConnectionLostException extends IOException {

    private static final long serialVersionUID = 1L;

    private static final int MAX_DEPTH = 8;

    /** What operating systems say if the other side has left, in lower case. */
    private static final List<String> OF_THE_SYSTEM = List.of("broken pipe", "connection reset by peer");

    private ConnectionLostException(String message, IOException lost) {
        super(message);
        // As the cause, it would be found there.
        addSuppressed(lost);
    }

    /** Returns an exception for callers: the same one, unless it looks as if the application's own client had left. */
    public static IOException told(IOException e) {
        Throwable current = e;
        for (int depth = 0; current != null && depth < MAX_DEPTH; depth++) {
            if (isOfTheSystem(current.getMessage())) {
                return new ConnectionLostException("The connection to Gemini was lost", e);
            }
            if (current instanceof EOFException) {
                String why = e.getMessage();
                return new ConnectionLostException(
                        "The connection to Gemini ended too early" + (why == null ? "" : ": " + why), e);
            }
            current = current.getCause();
        }
        return e;
    }

    private static boolean isOfTheSystem(@Nullable String message) {
        String text = message == null ? "" : message.toLowerCase(Locale.ROOT);
        return OF_THE_SYSTEM.stream().anyMatch(text::contains);
    }
}
