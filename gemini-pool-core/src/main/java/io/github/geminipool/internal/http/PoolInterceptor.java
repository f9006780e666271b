package io.github.geminipool.internal.http;

import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallFacts;
import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The waist of the pool: every call of every client passes here, gets a key for each attempt, and leaves with a response or
 * the last error.
 */
final class PoolInterceptor implements Interceptor {

    private final ActiveCalls calls;
    private final CallServices services;
    private final AttemptRunner runner;
    private final Masking masking;
    private final GeminiOrigin gemini;

    PoolInterceptor(
            ActiveCalls calls, CallServices services, AttemptRunner runner, Masking masking, GeminiOrigin gemini) {
        this.calls = calls;
        this.services = services;
        this.runner = runner;
        this.masking = masking;
        this.gemini = gemini;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        if (!gemini.isOriginOf(request.url())) {
            throw new IOException(gemini.refusalOf(request.url()));
        }
        CallContext known = calls.find(chain.call());
        CallContext context = known != null ? known : calls.adopt(chain.call());
        try {
            return run(chain, context);
        } finally {
            if (!context.hasEvents()) {
                calls.ended(chain.call());
            }
        }
    }

    private Response run(Chain chain, CallContext context) throws IOException {
        CallFacts known = context.factsOf(chain.request());
        CallFacts facts = known != null ? known : services.resources().factsOf(chain.request());
        CallAttempts attempts = new CallAttempts(new RunningCall(chain, context, facts), services);
        boolean answered = false;
        try {
            Response response = runner.run(facts, attempts);
            answered = true;
            return response;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // In asynchronous calls, OkHttp passes only an IOException on.
            String message = "The call failed inside the pool: " + masking.mask(e.toString());
            throw masking.shows(e, 0) ? new IOException(message) : new IOException(message, e);
        } finally {
            attempts.ended(answered);
        }
    }
}
