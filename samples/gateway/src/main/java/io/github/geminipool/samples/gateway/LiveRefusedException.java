package io.github.geminipool.samples.gateway;

import java.io.IOException;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Thrown if Gemini or the pool refuses a Live session. */
final class LiveRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final byte[] body;

    private LiveRefusedException(int status, byte[] body) {
        super("No Live session: status " + status, null, false, false);
        this.status = status;
        this.body = body;
    }

    /** Creates an exception for a response; null if there was none. */
    static LiveRefusedException of(@Nullable Response response) {
        try {
            return response == null
                    ? new LiveRefusedException(0, new byte[0])
                    : new LiveRefusedException(response.code(), response.body().bytes());
        } catch (IOException e) {
            return new LiveRefusedException(0, new byte[0]);
        }
    }

    int status() {
        return status;
    }

    /** Returns the body as Gemini sent it; empty if there was none. */
    byte[] body() {
        return body;
    }
}
