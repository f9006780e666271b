package io.github.geminipool.internal.wire;

import static io.github.geminipool.internal.wire.ErrorBodies.ATTEMPT;
import static io.github.geminipool.internal.wire.ErrorBodies.NOW;
import static io.github.geminipool.internal.wire.ErrorBodies.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureCause;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.Use;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors about what the request was sent with: several credentials, a key of the old kind, a version of the API. */
class CredentialErrorsTest {

    private static final AttemptContext STANDARD =
            new AttemptContext("Key #1", "project", "account", "model", NOW, false, null, true, true, Use.PLAIN);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"code\":%d,\"message\":\"%s\",\"status\":\"UNAUTHENTICATED\"}}",
                "{\"error\":{\"code\":%d,\"message\":\"%s\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"@type\":"
                        + "\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\"}]}}",
                "[{\"error\":{\"code\":%d,\"message\":\"%s\",\"status\":\"INVALID_ARGUMENT\"}}]",
                "[[{\"error\":{\"code\":%d,\"message\":\"%s\"}}]]",
                "{\"error\":{\"code\":\"invalid_request\",\"number\":%d,\"message\":\"%s\"}}",
                "{\"error\":{\"code\":\"authentication\",\"number\":%d,\"message\":\"%s\"}}",
                "%d %s",
                "<html>%d <b>%s</b></html>",
            })
    void severalCredentialsAreTheRequestsFault(String shape) {
        String said = "Multiple authentication credentials received. Please pass only one.";
        for (int status : new int[] {400, 401, 403}) {
            for (String message : new String[] {said, said.toUpperCase(Locale.ROOT)}) {
                String body = String.format(shape, status, message);
                for (AttemptContext attempt : new AttemptContext[] {ATTEMPT, STANDARD}) {
                    Failure failure = ErrorClassifier.classify(status, body, attempt);
                    assertThat(failure.kind()).as(body).isEqualTo(FailureKind.INVALID_REQUEST);
                    assertThat(failure.cause()).isEqualTo(FailureCause.MULTIPLE_CREDENTIALS);
                    assertThat(failure.scope()).isEqualTo(new Scope.Request());
                    assertThat(failure.reason()).contains("a proxy or gateway may add another");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Missing or invalid Authorization header.",
                "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or"
                        + " other form of API consumer identity to call this API.",
                "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or"
                        + " other valid authentication credential."
            })
    void aKeyThatDidNotArriveIsNotBlamed(String said) {
        for (int status : new int[] {400, 401, 403}) {
            for (String shape : new String[] {
                "[{\"error\":{\"code\":%d,\"message\":\"%s\",\"status\":\"UNAUTHENTICATED\"}}]",
                "\ufeff \n[\n {\"error\":{\"code\":%d,\"message\":\"%s\"}}\n]\n",
                "{\"error\":{\"code\":\"authentication\",\"number\":%d,\"message\":\"%s\"}}",
                "%d %s"
            }) {
                for (AttemptContext attempt : new AttemptContext[] {ATTEMPT, STANDARD}) {
                    Failure failure = ErrorClassifier.classify(status, String.format(shape, status, said), attempt);
                    assertThat(failure.kind()).as(shape).isEqualTo(FailureKind.INVALID_REQUEST);
                    assertThat(failure.cause()).isEqualTo(FailureCause.CREDENTIAL_MISSING);
                    assertThat(failure.scope()).isEqualTo(new Scope.Request());
                    assertThat(failure.reason()).contains("did not arrive", "proxies");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, 400-api-key-invalid.json",
        "400, 400-api-key-expired.json",
        "401, 401-access-token-type-unsupported.json"
    })
    void aRefusedStandardKeyIsToldApart(int status, String body) throws IOException {
        Failure failure = ErrorClassifier.classify(status, file(body), STANDARD);
        assertThat(failure.kind()).isEqualTo(FailureKind.KEY_REJECTED);
        assertThat(failure.cause()).isEqualTo(FailureCause.KEY_OUTDATED);
        assertThat(failure.scope()).isEqualTo(new Scope.Key("Key #1"));
        assertThat(failure.reason()).contains("AIza…", "create an auth key in AI Studio");

        Failure ofAuthKey = ErrorClassifier.classify(status, file(body), ATTEMPT);
        assertThat(ofAuthKey.cause()).isEqualTo(FailureCause.KEY_INVALID);
        assertThat(ofAuthKey.reason()).doesNotContain("AIza");
    }

    @Test
    void otherFaultsOfAStandardKeyAreNot() throws IOException {
        assertThat(ErrorClassifier.classify(403, file("403-key-reported-leaked.json"), STANDARD)
                        .cause())
                .isEqualTo(FailureCause.KEY_LEAKED);
        assertThat(ErrorClassifier.classify(400, file("400-unknown-field.json"), STANDARD)
                        .cause())
                .isEqualTo(FailureCause.FIELD_UNKNOWN);
    }

    @Test
    void aMissingModelIsMissingInAVersion() throws IOException {
        assertThat(reasonOf(file("404-model-not-found-v1.json")))
                .contains("at API version v1;")
                .contains("gemini.pool.api-version");
        assertThat(reasonOf(file("404-model-not-found.json"))).doesNotContain("api-version");
        assertThat(reasonOf("{\"error\":{\"code\":404,\"message\":\"Requested entity was not found.\"}}"))
                .doesNotContain("version");
        assertThat(reasonOf("models/m is not found for API version v2alpha1, or is not supported"))
                .contains("at API version v2alpha1;");
        assertThat(reasonOf("models/m is not found for API version  <b>")).doesNotContain("at API version");
    }

    private static String reasonOf(String body) {
        return ErrorClassifier.classify(404, body, ATTEMPT).reason();
    }
}
