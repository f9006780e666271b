package io.github.geminipool.internal.http;

import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.internal.call.ActiveCalls;
import io.github.geminipool.internal.call.CallContext;
import io.github.geminipool.internal.call.RunningCall;
import io.github.geminipool.internal.connection.Connections;
import io.github.geminipool.internal.time.LastNet;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallFacts;
import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The one place that every call of every client passes through: it gets a key for each attempt, and ends with a response or the
 * last error.
 */
final class PoolInterceptor implements Interceptor {

    private final ActiveCalls calls;
    private final CallServices services;
    private final AttemptRunner runner;
    private final Masking masking;
    private final Connections connections;
    private final LastNet net;

    PoolInterceptor(
            ActiveCalls calls,
            CallServices services,
            AttemptRunner runner,
            Masking masking,
            Connections connections,
            LastNet net) {
        this.net = net;
        this.calls = calls;
        this.services = services;
        this.runner = runner;
        this.masking = masking;
        this.connections = connections;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        String refusal = connections.refusalOf(chain.call(), request.url());
        if (refusal != null) {
            throw new IOException(refusal);
        }
        net.begin();
        CallContext known = calls.find(chain.call());
        CallContext context = known != null ? known : calls.adopt(chain.call(), true);
        context.attend(true);
        try {
            return run(chain, context);
        } catch (VirtualMachineError e) {
            // OkHttp does not report the end of a call if there is no memory left to do so.
            calls.ended(chain.call());
            throw e;
        } finally {
            context.attend(false);
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
