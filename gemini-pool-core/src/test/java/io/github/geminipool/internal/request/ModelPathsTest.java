package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.shared.Owners;
import io.github.geminipool.key.Use;
import io.github.geminipool.spi.CallFacts;
import io.github.geminipool.spi.Operation;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelPathsTest {

    private static final String GENERATE = "/v1beta/models/m:generateContent";

    private final AtomicInteger masked = new AtomicInteger();
    private final ModelPaths paths = new ModelPaths(name -> {
        masked.incrementAndGet();
        return name.replace("secret", "***");
    });

    private static Request post(String path) {
        return new Request.Builder()
                .url("https://gemini.example" + path)
                .post(RequestBody.create(new byte[0]))
                .build();
    }

    private CallFacts facts(String path) {
        return paths.factsOf(post(path));
    }

    @Test
    void aUsualPathIsReadOnce() {
        CallFacts first = facts(GENERATE);
        assertThat(first).isEqualTo(new CallFacts(Operation.GENERATE, "m", null, Use.PLAIN));
        assertThat(facts(GENERATE)).isSameAs(first);
        assertThat(facts(GENERATE + "?alt=sse")).isSameAs(first);
        assertThat(masked).hasValue(1);
    }

    @Test
    void methodsAndModelsAreToldApart() {
        facts(GENERATE);
        assertThat(facts("/v1beta/models/m:embedContent").operation()).isEqualTo(Operation.EMBED);
        assertThat(facts("/v1beta/models/n:generateContent").model()).isEqualTo("n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1beta/tunedModels/m:generateContent",
                "/v1beta/models/m",
                "/v1beta/models/upload",
                "/upload/models/m:generateContent",
                "/v1beta/openai/chat",
                "/gateway/v1beta/models/m:generateContent",
            })
    void anyOtherPathIsReadEachTime(String path) {
        assertThat(facts(path)).isEqualTo(CallFactsReader.read(post(path)));
        assertThat(facts(path)).isEqualTo(CallFactsReader.read(post(path)));
        assertThat(paths.size()).isZero();
    }

    @Test
    void manyNamesTakeLittleMemory() {
        for (int i = 0; i < 10 * ModelPaths.MAX_KNOWN; i++) {
            assertThat(facts("/v1beta/models/m" + i + ":generateContent").model())
                    .isEqualTo("m" + i);
            assertThat(paths.size()).isBetween(1, ModelPaths.MAX_KNOWN);
        }
        facts("/v1beta/models/" + "m".repeat(1_000) + ":generateContent");
        assertThat(paths.size()).isLessThanOrEqualTo(ModelPaths.MAX_KNOWN);
    }

    @Test
    void aKeyAsAModelsNameIsMasked() {
        String path = "/v1beta/models/secret:generateContent";
        assertThat(facts(path).model()).isEqualTo("***");
        assertThat(facts(path).model()).isEqualTo("***");
    }

    @Test
    void aNameIsMaskedAnewOnceSecretsHaveChanged() {
        AtomicReference<String> secret = new AtomicReference<>("x");
        OwnedResources resources = new OwnedResources(name -> name.replace(secret.get(), "***"), Owners.UNSHARED);
        assertThat(resources.factsOf(post(GENERATE)).model()).isEqualTo("m");
        secret.set("m");
        resources.secretsChanged();
        assertThat(resources.factsOf(post(GENERATE)).model()).isEqualTo("***");
    }

    @Test
    void aKeyAsAModelsNameIsMaskedInBodiesToo() {
        OwnedResources resources = new OwnedResources(name -> name.replace("secret", "***"), Owners.UNSHARED);
        Request.Builder chat = new Request.Builder().url("https://gemini.example/v1beta/openai/chat/completions");
        Request json = chat.post(RequestBody.create("{\"model\":\"secret\"}", MediaType.get("application/json")))
                .build();
        assertThat(resources.factsOf(json).model()).isEqualTo("***");
        Request form = new Request.Builder()
                .url("https://gemini.example/v1beta/openai/images/edits")
                .post(new MultipartBody.Builder()
                        .setType(MultipartBody.FORM)
                        .addFormDataPart("model", "secret")
                        .build())
                .build();
        assertThat(resources.factsOf(form).model()).isEqualTo("***");
    }
}
