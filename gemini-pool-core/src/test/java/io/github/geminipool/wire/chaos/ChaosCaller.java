package io.github.geminipool.wire.chaos;

import com.google.genai.ResponseStream;
import com.google.genai.errors.ApiException;
import com.google.genai.errors.GenAiIOException;
import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.testing.Form;
import io.github.geminipool.wire.chaos.Troubles.Trouble;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls in all forms on one thread, and judges each call: it may fail only for a trouble that was active during it. */
final class ChaosCaller implements Runnable {

    /** State shared by all callers of a test. */
    record Shared(
            Chaos chaos, LongAdder begun, Map<String, LongAdder> ends, Consumer<String> breach, boolean abandons) {

        static Shared of(Chaos chaos, Consumer<String> breach, boolean abandons) {
            return new Shared(chaos, new LongAdder(), new ConcurrentSkipListMap<>(), breach, abandons);
        }

        void count(String end) {
            ends.computeIfAbsent(end, any -> new LongAdder()).increment();
        }
    }

    private static final List<Form> FORMS = Arrays.stream(Form.values())
            .filter(form -> !form.name().startsWith("FACADE_TRY"))
            .toList();
    private static final Duration DEADLINE = Duration.ofMillis(300);

    /** Tolerance beyond a deadline on a busy machine. */
    private static final Duration LATE = Duration.ofSeconds(5);

    /** Maximum time for which an exclusion of all keys may outlast its cause. */
    private static final long AFTERMATH_NANOS = Duration.ofSeconds(70).toNanos();

    private final Shared shared;
    private final GeminiPool pool;
    private final Random random;
    private final BooleanSupplier goesOn;
    private final int number;
    private int calls;

    ChaosCaller(Shared shared, long seed, int number, BooleanSupplier goesOn) {
        this.shared = shared;
        this.pool = shared.chaos().pool();
        this.random = new Random(seed * 1_000 + number);
        this.number = number;
        this.goesOn = goesOn;
    }

    @Override
    public void run() {
        while (goesOn.getAsBoolean()) {
            shared.begun().increment();
            int dice = random.nextInt(200);
            String prompt = "Prompt " + number + "-" + ++calls + ".";
            String model = random.nextBoolean() ? Chaos.MODEL : Chaos.OTHER_MODEL;
            if (dice < 10) {
                judged("cancelled", () -> cancelled(model, prompt), true, null);
            } else if (dice < 20) {
                judged(
                        "with deadline",
                        () -> pool.tryGenerateContent(GenerationRequest.of(prompt)
                                        .model(model)
                                        .deadline(DEADLINE))
                                .orThrow(),
                        true,
                        DEADLINE);
            } else if (dice < 24) {
                judged(
                        "unknown model",
                        () -> pool.generateContent(GenerationRequest.of(prompt).model(Chaos.UNKNOWN_MODEL)),
                        false,
                        null);
            } else if (dice < 34) {
                judged("closed early", () -> closedEarly(model, prompt), false, null);
            } else if (dice < 44) {
                judged("chat", () -> chat(model, prompt), false, null);
            } else if (dice < 48) {
                judged("count tokens", () -> pool.client().models.countTokens(model, prompt, null), false, null);
            } else if (dice < 49 && shared.abandons()) {
                judged("abandoned", () -> abandoned(model, prompt), false, null);
            } else {
                Form form = FORMS.get(random.nextInt(FORMS.size()));
                judged(form.name(), () -> answered(form, model, prompt), false, null);
            }
        }
    }

    private void answered(Form form, String model, String prompt) {
        String text = form.ask(pool, model, prompt);
        if (text == null || !text.contains(prompt)) {
            throw new IllegalStateException("Not the answer to " + prompt + " but: " + text);
        }
    }

    private void cancelled(String model, String prompt) throws ExecutionException {
        CompletableFuture<GenerateContentResponse> answer =
                pool.generateContentAsync(GenerationRequest.of(prompt).model(model));
        try {
            answer.get(random.nextInt(4_000), TimeUnit.MICROSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void closedEarly(String model, String prompt) {
        try (GenerationStream stream =
                pool.generateContentStream(GenerationRequest.of(prompt).model(model))) {
            stream.iterator().next();
        }
    }

    @SuppressWarnings("resource") // It is left open on purpose.
    private void abandoned(String model, String prompt) {
        ResponseStream<GenerateContentResponse> stream =
                pool.client().models.generateContentStream(model, prompt, null);
        Iterator<GenerateContentResponse> parts = stream.iterator();
        parts.next();
    }

    private void chat(String model, String prompt) {
        PooledChat chat = pool.createChat(model);
        chat.send(prompt);
        chat.send("And then?");
    }

    private interface Asking {

        void ask() throws ExecutionException;
    }

    /**
     * Makes a call and judges its end.
     *
     * @param mayBeLate whether the call's own timeout may end it
     */
    private void judged(String what, Asking call, boolean mayBeLate, @Nullable Duration deadline) {
        Troubles troubles = shared.chaos().whatWasTheTrouble();
        long from = troubles.now();
        Throwable thrown = null;
        try {
            call.ask();
        } catch (ExecutionException | RuntimeException e) {
            thrown = causeOf(e);
        }
        long to = troubles.now();
        String verdict = verdict(thrown, mayBeLate, from, to, what.equals("unknown model"));
        if (deadline != null && to - from > deadline.plus(LATE).toNanos()) {
            verdict = "BREACH: waited beyond its deadline";
        }
        shared.count(verdict);
        if (verdict.startsWith("BREACH")) {
            shared.breach()
                    .accept(what + " after " + (to - from) / 1_000_000 + " ms, troubles " + troubles.between(from, to)
                            + ": " + verdict + ": " + thrown);
        }
    }

    /** Returns the original exception; the SDK wraps it differently for each form of call. */
    private static Throwable causeOf(Throwable e) {
        Throwable cause = e;
        while (!(cause instanceof ApiException)
                && !(cause instanceof PoolExhaustedException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof ApiException || cause instanceof PoolExhaustedException ? cause : unwrapped(e);
    }

    private static Throwable unwrapped(Throwable e) {
        Throwable cause = e.getCause();
        return cause != null && (e instanceof CompletionException || e instanceof ExecutionException)
                ? unwrapped(cause)
                : e;
    }

    private String verdict(@Nullable Throwable e, boolean mayBeLate, long from, long to, boolean unknownModel) {
        Set<Trouble> during = shared.chaos().whatWasTheTrouble().between(from, to);
        if (e == null) {
            return unknownModel ? "BREACH: answered" : "answered";
        }
        if (e instanceof CancellationException) {
            return mayBeLate ? "cancelled" : "BREACH: cancelled by nobody";
        }
        String message = String.valueOf(e.getMessage());
        if (e instanceof PoolExhaustedException || message.contains("No key could serve")) {
            boolean allFail = !shared.chaos()
                    .whatWasTheTrouble()
                    .between(from - AFTERMATH_NANOS, to)
                    .isEmpty();
            return mayBeLate ? "late: exhausted" : allFail ? "in trouble: exhausted" : "BREACH: exhausted";
        }
        if (e instanceof GenAiIOException) {
            return during.contains(Trouble.NETWORK)
                    ? "in trouble: network"
                    : mayBeLate ? "late: network" : "BREACH: network";
        }
        if (!(e instanceof ApiException error)) {
            return "BREACH: unexpected";
        }
        if (error.code() == 404 && unknownModel) {
            return "unknown model";
        }
        if (message.contains("location") || message.contains("automated queries")) {
            return during.contains(Trouble.EGRESS) ? "in trouble: egress" : "BREACH: egress";
        }
        return switch (error.code()) {
            case 503, 500, 429 -> during.contains(Trouble.OVERLOAD) ? "in trouble: overload" : "BREACH: overload";
            default -> "BREACH: a key's or a project's fault";
        };
    }
}
