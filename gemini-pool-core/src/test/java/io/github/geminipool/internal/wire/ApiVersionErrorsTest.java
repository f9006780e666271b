package io.github.geminipool.internal.wire;

import static io.github.geminipool.internal.wire.ErrorBodies.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.key.Use;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a failure says if another version of the API may know what this one does not. */
class ApiVersionErrorsTest {

    private static final String PROPERTY = "gemini.pool.api-version";

    private static Failure judge(@Nullable String version, int status, String message) {
        String body = "{\"error\":{\"code\":" + status + ",\"message\":\"" + message.replace("\"", "\\\"") + "\"}}";
        return ErrorClassifier.classify(
                status,
                body,
                new AttemptContext(
                        "Key #1", "project", "account", "model", NOW, false, version, false, true, Use.PLAIN));
    }

    @ParameterizedTest
    @CsvSource({
        "404, v1,       models/gemini-flash-latest is not found for API version v1.",
        "404, v1alpha,  models/m is not found for API version v1alpha.",
        "404, v1,       cachedContents/c is not found.",
        "404, v1,       ''",
        "404, nonsense, The requested URL was not found on this server.",
        "400, v1,       'Invalid JSON payload received. Unknown name \"serviceTier\": Cannot find field.'",
        "400, v2,       'Invalid JSON payload received. Unknown name \"x\" at ''tools[0]'': Cannot find field.'",
    })
    void namesTheVersion(int status, String version, String message) {
        assertThat(judge(version, status, message).reason())
                .contains("at API version " + version + "; it may exist only at v1beta; see " + PROPERTY)
                .hasSizeLessThanOrEqualTo(210);
        assertThat(judge("v1beta", status, message).reason()).doesNotContain("API version v1beta;", PROPERTY);
    }

    @ParameterizedTest
    @CsvSource({
        "400, Request contains an invalid argument.",
        "400, API key not valid.",
        "403, The caller does not have permission.",
        "403, You do not have permission to access the File abc.",
        "404, This model is no longer available to new users.",
        "429, Resource has been exhausted.",
        "503, The model is overloaded.",
    })
    void namesNoVersionForErrorsOfEveryVersion(int status, String message) {
        assertThat(judge("v1", status, message).reason()).doesNotContain(PROPERTY);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"v1beta", "v1", "nonsense"})
    void judgesAlikeAtEveryVersion(@Nullable String version) {
        assertThat(judge(version, 404, "models/m is not found").kind()).isEqualTo(FailureKind.INVALID_REQUEST);
        assertThat(judge(version, 404, "File files/f is not found").kind()).isEqualTo(FailureKind.WRONG_PROJECT);
        assertThat(judge(version, 400, "Cannot find field.").kind()).isEqualTo(FailureKind.INVALID_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(ints = {21, 5_000})
    void aLongVersionIsCut(int length) {
        String version = String.join("", Collections.nCopies(length, "v"));

        assertThat(judge(version, 404, "models/m is not found").reason())
                .contains(version.substring(0, 20) + "…")
                .hasSizeLessThanOrEqualTo(210);
    }
}
