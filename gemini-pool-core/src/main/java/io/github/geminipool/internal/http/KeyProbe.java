package io.github.geminipool.internal.http;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.internal.answer.ErrorBody;
import io.github.geminipool.internal.answer.Masking;
import io.github.geminipool.internal.outcome.Outcome;
import io.github.geminipool.internal.pool.Lease;
import io.github.geminipool.internal.request.Credentials;
import io.github.geminipool.internal.wire.ErrorClassifier;
import io.github.geminipool.key.Use;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Probes a rejected key by asking for the description of a model.
 *
 * @see <a href="https://ai.google.dev/api/models#method:-models.get">models.get, which costs no quota</a>
 */
final class KeyProbe implements Consumer<Lease> {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final OkHttpClient client;
    private final HttpUrl url;
    private final Masking masking;
    private final AttemptFailures failures;

    /**
     * Creates a probe.
     *
     * @param pooled the pool's client; probes share its connections
     * @param url the URL of a model
     */
    KeyProbe(OkHttpClient pooled, ExecutorService workers, HttpUrl url, Masking masking, AttemptFailures failures) {
        OkHttpClient.Builder builder = pooled.newBuilder();
        builder.interceptors().clear();
        this.client = builder.eventListener(EventListener.NONE)
                .dispatcher(new Dispatcher(new ProbeThreads(workers)))
                .callTimeout(TIMEOUT)
                .build();
        this.url = url;
        this.masking = masking;
        this.failures = failures;
    }

    /** Sends a probe with the key of a lease, and completes the lease when it ends; does not block. */
    @Override
    public void accept(Lease lease) {
        boolean begun = false;
        try {
            lease.started();
            Request request = new Request.Builder().url(url).build();
            client.newCall(Credentials.replaced(request, url, lease.secret().value())
                            .tag(Lease.class, lease)
                            .build())
                    .enqueue(new Completion(lease));
            begun = true;
        } finally {
            if (!begun) {
                lease.complete(AttemptFailures.unexpected(false));
            }
        }
    }

    private final class Completion implements Callback {

        private final Lease lease;

        Completion(Lease lease) {
            this.lease = lease;
        }

        @Override
        public void onFailure(Call call, IOException e) {
            try {
                lease.complete(Outcome.failure(failures.ofProbe(e), true));
            } finally {
                lease.complete(AttemptFailures.unexpected(true));
            }
        }

        @Override
        public void onResponse(Call call, Response response) throws IOException {
            try (response) {
                Failure failure = response.isSuccessful() ? null : failure(response, lease);
                if (failure == null) {
                    lease.answered();
                }
                lease.complete(failure == null ? Outcome.SUCCESS : Outcome.failure(failure, true));
            } finally {
                lease.complete(AttemptFailures.unexpected(true));
            }
        }
    }

    /** Returns the verdict; null if the key is accepted, whether or not the model exists or has quota left. */
    private @Nullable Failure failure(Response response, Lease lease) throws IOException {
        String body = ErrorBody.read(response, masking);
        Failure failure = ErrorClassifier.classify(
                response.code(), body, failures.contextOf(lease, lease.model(), url, false, true, Use.OTHER));
        if (failure.cause() == FailureCause.CREDENTIAL_MISSING
                || failure.cause() == FailureCause.MULTIPLE_CREDENTIALS) {
            // The key was not checked.
            return failure;
        }
        return switch (failure.kind()) {
            case INVALID_REQUEST, WRONG_PROJECT, NOT_ENTITLED, RATE_LIMITED, DAILY_QUOTA_EXHAUSTED -> null;
            default -> failure;
        };
    }

    /** Returns the number of probes that have not ended. */
    int underWay() {
        return client.dispatcher().runningCallsCount() + client.dispatcher().queuedCallsCount();
    }

    /** Returns the probes that are being sent. */
    List<Call> running() {
        return client.dispatcher().runningCalls();
    }

    /** Cancels all probes. */
    void close() {
        client.dispatcher().cancelAll();
    }
}
