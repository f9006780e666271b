package io.github.geminipool.internal.http;

import io.github.geminipool.spi.CallFacts;
import java.io.IOException;
import java.net.URI;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The waist of the pool: every call of every client passes here, gets a key for each attempt, and comes out with an
 * answer or the last error.
 */
final class PoolInterceptor implements Interceptor {

    private final HttpParts parts;
    private final HttpUrl base;

    PoolInterceptor(HttpParts parts) {
        this.parts = parts;
        URI url = parts.settings().http().baseUrl();
        this.base = HttpUrl.get(url.toString());
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        if (!isGemini(request.url())) {
            throw new IOException("gemini-pool sends keys to " + origin(base) + " only; this request goes to "
                    + origin(request.url()) + (namesUser(request.url()) ? " and names a user" : "")
                    + ". Use another HTTP client for it, or set gemini.pool.base-url");
        }
        CallContext known = parts.calls().find(chain.call());
        CallContext context = known != null ? known : parts.calls().adopt(chain.call());
        try {
            return run(chain, context);
        } finally {
            if (!context.hasEvents()) {
                parts.calls().ended(chain.call());
            }
        }
    }

    private Response run(Chain chain, CallContext context) throws IOException {
        CallFacts known = context.factsOf(chain.request());
        CallFacts facts = known != null ? known : parts.resources().factsOf(chain.request());
        CallAttempts attempt = new CallAttempts(chain, context, facts, parts);
        boolean answered = false;
        try {
            Response response = parts.runner().run(facts, attempt);
            answered = true;
            return response;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // OkHttp lets nothing but an IOException pass in asynchronous calls.
            String what = "The call failed inside the pool: " + parts.masking().mask(e.toString());
            throw parts.masking().shows(e, 0) ? new IOException(what) : new IOException(what, e);
        } finally {
            attempt.ended(answered);
        }
    }

    boolean isGemini(HttpUrl url) {
        return url.scheme().equals(base.scheme())
                && url.host().equals(base.host())
                && url.port() == base.port()
                && !namesUser(url);
    }

    private static boolean namesUser(HttpUrl url) {
        return !url.encodedUsername().isEmpty() || !url.encodedPassword().isEmpty();
    }

    private static String origin(HttpUrl url) {
        return url.scheme() + "://" + url.host() + ":" + url.port();
    }
}
