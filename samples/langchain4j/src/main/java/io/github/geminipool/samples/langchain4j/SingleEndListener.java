package io.github.geminipool.samples.langchain4j;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParsingHandle;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ends a stream either with an error or as complete, never both. An error inside a stream arrives as an event, which
 * LangChain4j's model would treat as an event without text.
 */
final class SingleEndListener implements ServerSentEventListener {

    private static final Pattern ERROR = Pattern.compile("\\s*\\{\\s*\"error\"\\s*:");
    private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*(\\d{3})\\b");
    private static final int SERVER_ERROR = 500;

    private final ServerSentEventListener listener;
    private @Nullable ServerSentEventParsingHandle handle;
    private boolean failed;

    SingleEndListener(ServerSentEventListener listener) {
        this.listener = listener;
    }

    @Override
    public void onOpen(SuccessfulHttpResponse response) {
        listener.onOpen(response);
    }

    @Override
    public void onEvent(ServerSentEvent event, ServerSentEventContext context) {
        handle = context.parsingHandle();
        if (ERROR.matcher(event.data()).lookingAt()) {
            onError(new HttpException(code(event.data()), event.data()));
            context.parsingHandle().cancel();
        } else {
            listener.onEvent(event, context);
        }
    }

    private static int code(String error) {
        Matcher code = CODE.matcher(error);
        return code.find() ? Integer.parseInt(code.group(1)) : SERVER_ERROR;
    }

    /** A cancelled stream ends silently, whatever its reader was doing. */
    @Override
    public void onError(Throwable failure) {
        if (!failed && (handle == null || !handle.isCancelled())) {
            failed = true;
            listener.onError(failure);
        }
    }

    @Override
    public void onClose() {
        if (!failed) {
            listener.onClose();
        }
    }
}
