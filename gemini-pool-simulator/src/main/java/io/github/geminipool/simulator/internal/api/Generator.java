package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.LongDecode;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.internal.content.Continuation;
import io.github.geminipool.simulator.internal.content.GeneratedAnswer;
import io.github.geminipool.simulator.internal.resource.OwnedResource;
import io.github.geminipool.simulator.internal.resource.ResourceStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Generates answers. Thread-safe. */
final class Generator {
    private static final long MAX_UNARY_TOKENS = 32_768;

    private final Map<String, LongDecode> longDecodes;
    private final ResourceStore caches;
    private final AtomicLong answers = new AtomicLong();

    Generator(Map<String, LongDecode> longDecodes, ResourceStore caches) {
        this.longDecodes = longDecodes;
        this.caches = caches;
    }

    /** Returns the error of a request that asks for a long answer in a way that is not allowed. */
    Optional<Reply> refusal(ApiCall call, ObjectNode prompt, String project) {
        String token = Continuation.token(prompt);
        if (!token.isEmpty()) {
            boolean fits = Continuation.of(prompt)
                    .filter(place -> place.fits(project, call.model(), prompt))
                    .isPresent();
            return fits ? Optional.empty() : Optional.of(Refusals.invalid("Invalid continuation token."));
        }
        long most = prompt.path("generationConfig").path("maxOutputTokens").asLong();
        boolean isSdk = (call.header("x-goog-api-client") + call.header("user-agent")).contains("google-genai-sdk");
        boolean tooLong = call.operation() == Operation.GENERATE_CONTENT && most > MAX_UNARY_TOKENS && !isSdk;
        return tooLong && longDecodes.containsKey(call.model())
                ? Optional.of(Refusals.invalid("max_output_tokens must be at most " + MAX_UNARY_TOKENS
                        + " without streaming or a continuation token."))
                : Optional.empty();
    }

    /** Returns the answer to a prompt without {@link #refusal}. */
    GeneratedAnswer answer(String model, ObjectNode prompt, Admitted admitted) {
        return answer(model, prompt, admitted, longDecodes.get(model));
    }

    /** Returns the answer to a prompt, in one hop. */
    GeneratedAnswer unbroken(String model, ObjectNode prompt, Admitted admitted) {
        return answer(model, prompt, admitted, null);
    }

    private GeneratedAnswer answer(String model, ObjectNode prompt, Admitted admitted, @Nullable LongDecode decode) {
        Optional<OwnedResource> cached =
                caches.find(prompt.path("cachedContent").asText(), admitted.project());
        GeneratedAnswer.Origin origin = new GeneratedAnswer.Origin(
                admitted.project(),
                model,
                "simulated-" + answers.incrementAndGet(),
                admitted.served(),
                decode,
                admitted.repeats());
        return GeneratedAnswer.to(
                origin, prompt, cached.map(OwnedResource::tokens).orElse(0L));
    }
}
