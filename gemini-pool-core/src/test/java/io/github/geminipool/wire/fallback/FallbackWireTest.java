package io.github.geminipool.wire.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.PooledChat;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.CallEnded;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.Eventually;
import io.github.geminipool.testing.Form;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls fall back to another model, in all forms, and callers learn which model served them. */
@Tag("wire")
@Timeout(60)
class FallbackWireTest extends FallbackFixture {

    /** Returns every form, each with one of the errors, so that each error comes in three forms. */
    static Stream<Arguments> formsAndErrors() {
        List<String> errors = List.of(CLOSED, NO_QUOTA, DAY, OVERLOAD);
        List<Form> forms = List.of(Form.values());
        return IntStream.range(0, forms.size())
                .mapToObj(i -> Arguments.of(forms.get(i), errors.get(i % errors.size())));
    }

    @ParameterizedTest
    @MethodSource("formsAndErrors")
    void theFallbackServes(Form form, String wire) {
        fault("m", wire);
        GeminiPool pool = pool("fb");

        assertThat(form.ask(pool, "m", "Why is the sky blue?")).contains("Why is the sky blue?");

        // Each project has its own quota, but an overloaded model is overloaded for all projects.
        assertThat(models()).containsExactly("m", "m", "fb");
        RequestRecord last = simulator.requests().get(2);
        assertThat(last.status()).isEqualTo(200);
        assertThat(last.path())
                .endsWith(form.isStream() ? "/models/fb:streamGenerateContent?alt=sse" : "/models/fb:generateContent");
        FailureKind kind = wire.equals(OVERLOAD)
                ? FailureKind.OVERLOADED
                : wire.equals(DAY) ? FailureKind.DAILY_QUOTA_EXHAUSTED : FailureKind.NOT_ENTITLED;
        assertThat(told.moves).singleElement().satisfies(move -> {
            assertThat(move.model()).isEqualTo("m");
            assertThat(move.fallback()).isEqualTo("fb");
            assertThat(move.failure().kind()).isEqualTo(kind);
        });
        assertThat(told.order).containsExactly("to m", "to m", "m -> fb", "to fb");
        assertThat(told.calls).singleElement().satisfies(call -> {
            assertThat(call.model()).isEqualTo("m");
            assertThat(call.outcome()).isEqualTo(CallEnded.Outcome.SUCCESS);
            assertThat(call.attempts()).isEqualTo(3);
        });
        assertThat(stats(pool, "m").fallbacks()).isOne();
        assertThat(stats(pool, "m").usage()).isEqualTo(2);
        assertThat(stats(pool, "fb").fallbacks()).isZero();
        Eventually.await("the answer's end is counted", () -> stats(pool, "fb").usage() == 1);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void theNextCallGoesToTheFallbackAtOnceAndBackWhenTheDayIsOver(Form form) {
        simulator.fault(Fault.when().model("m").first(2).wire(DAY));
        GeminiPool pool = pool("fb");
        assertThat(form.ask(pool, "m", "One")).contains("One");

        assertThat(form.ask(pool, "m", "Two")).contains("Two");

        assertThat(models()).containsExactly("m", "m", "fb", "fb");
        assertThat(told.order).containsExactly("to m", "to m", "m -> fb", "to fb", "m -> fb", "to fb");
        assertThat(told.calls).extracting(CallEnded::model).containsExactly("m", "m");
        assertThat(stats(pool, "m").fallbacks()).isEqualTo(2);

        // It is noon Pacific time.
        time.advance(Duration.ofHours(12));
        assertThat(form.ask(pool, "m", "Three")).contains("Three");

        assertThat(models()).containsExactly("m", "m", "fb", "fb", "m");
        assertThat(told.moves).hasSize(2);
    }

    @Test
    void aResultSaysWhichModelAnswered() {
        fault("m", NO_QUOTA);
        GeminiPool pool = pool("fb");

        GenerationResult result = pool.tryGenerateContent(request());
        GenerationResult later = pool.tryGenerateContentAsync(request()).join();
        GenerationResult own = pool.tryGenerateContent(request().model("fb"));

        assertThat(result.model()).isEqualTo("fb");
        assertThat(result.toString()).contains("model=fb");
        assertThat(result.attempts()).extracting(AttemptEnded::model).containsExactly("m", "m", "fb");
        assertThat(later.model()).isEqualTo("fb");
        assertThat(later.attempts()).extracting(AttemptEnded::model).containsExactly("fb");
        assertThat(own.model()).isEqualTo("fb");
        try (GenerationStream stream = pool.generateContentStream(request())) {
            assertThat(stream.model()).isEqualTo("fb");
        }
        pool.resetStats();
        assertThat(stats(pool, "m").fallbacks()).isZero();
    }

    @Test
    void aResultWithoutAttemptsNamesNoModel() {
        fault("m", DAY);
        fault("fb", DAY);
        GeminiPool pool = pool("fb");
        pool.tryGenerateContent(request());
        assertThat(pool.tryGenerateContent(request()).model()).isNull();
    }

    @Test
    void aChatContinuesWithTheFallback() {
        fault("m", DAY);
        GeminiPool pool = pool("fb");
        PooledChat chat = pool.createChat("m");
        assertThat(chat.send("Hello").text()).contains("Hello");
        assertThat(chat.sendAsync("And now?").join().text()).contains("And now?");
        assertThat(models()).containsExactly("m", "m", "fb", "fb");
    }

    @Test
    void itIsLoggedOnceAtInfo() {
        fault("m", DAY);
        GeminiPool pool = pool("fb");
        pool.generateContent(request());
        pool.generateContent(request());
        assertThat(invariants.logged())
                .filteredOn(line -> line.contains("Falling back from model 'm' to 'fb'"))
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.get(0)).startsWith("INFO").contains("daily quota"))
                .satisfies(lines -> assertThat(lines.get(1)).startsWith("DEBUG"));
    }

    private Response post(GeminiPool pool, @Nullable String query, RequestBody body) throws IOException {
        return pool.httpClient()
                .newCall(new Request.Builder()
                        .url(simulator.baseUrl() + "/v1beta/models/m:generateContent"
                                + (query == null ? "" : "?" + query))
                        .post(body)
                        .build())
                .execute();
    }

    private static final class OneShot extends RequestBody {

        @Override
        public @Nullable MediaType contentType() {
            return MediaType.get("application/json");
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.writeUtf8("{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}");
        }
    }

    @Test
    @Tag("okhttp")
    void aBodyThatIsGoneIsNotSentToTheFallback() throws IOException {
        fault("m", DAY);
        GeminiPool pool = pool("fb");
        try (Response response = post(pool, null, new OneShot())) {
            assertThat(response.code()).isEqualTo(429);
        }
        assertThat(models()).containsExactly("m");
        pool.generateContent(request());
        try (Response response = post(pool, null, new OneShot())) {
            // Nothing of the body was sent to the excluded model.
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(models()).containsExactly("m", "m", "fb", "fb");
    }

    @Test
    @Tag("okhttp")
    void theRestOfTheUrlIsKept() throws IOException {
        fault("m", DAY);
        GeminiPool pool = pool("fb");
        try (Response response = post(
                pool,
                "fields=candidates&key=callers-own",
                RequestBody.create(
                        "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}", MediaType.get("application/json")))) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.request().url().encodedPath()).endsWith("/m:generateContent");
        }
        assertThat(simulator.requests().get(2).path()).isEqualTo("/v1beta/models/fb:generateContent?fields=candidates");
    }
}
