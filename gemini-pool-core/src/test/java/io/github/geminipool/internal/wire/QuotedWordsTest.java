package io.github.geminipool.internal.wire;

import static io.github.geminipool.internal.wire.ErrorBodies.ATTEMPT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.Scope;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that repeat parts of the request, whose words say nothing of a key, a project, an account or this machine. */
class QuotedWordsTest {

    private static final List<String> EVIL = List.of(
            "API key not valid",
            "your API key was reported as leaked",
            "your project has been denied access",
            "Consumer has been suspended",
            "spend-based",
            "prepayment credits are depleted",
            "monthly spending cap of the billing account",
            "User location is not supported",
            "enable billing",
            "automated queries",
            "multiple authentication credentials",
            "unregistered callers");

    private static String body(int code, String message) throws IOException {
        String text = JsonMapper.builder().build().writeValueAsString(message);
        return "{\"error\":{\"code\":" + code + ",\"message\":" + text + "}}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Invalid JSON payload received. Unexpected token.\n{\"contents\": [%s\n               ^",
                "Invalid JSON payload received. Expected , or } after key:value pair.\n\"a\": 1 \"%s\": \"x\nb\"\n   ^",
                "Invalid JSON payload received. Unknown name \"%s\": Cannot find field.",
                "Invalid value at 'contents[0].role' (type.googleapis.com/Role), \"say \\\"%s\\\" twice\"",
                "Invalid value at 'contents' (text), \"%s\\\"",
                "The value '%s' is not supported for 'type' at 'tools[0]'. Supported values: 'function', 'bash'.",
                "The value 'it's '%s', isn't it' is not supported for 'type' at 'tools[0]'.",
                "Function call is missing a thought_signature. Additional data, function call `%s` , position 19.",
            })
    void decideNothing(String message) throws IOException {
        for (String evil : EVIL) {
            String said = String.format(message, evil);
            for (String body : List.of(body(400, said), "[" + body(400, said) + "]")) {
                Failure failure = ErrorClassifier.classify(400, body, ATTEMPT);
                assertThat(failure.kind()).as(body).isEqualTo(FailureKind.INVALID_REQUEST);
                assertThat(failure.scope()).as(body).isEqualTo(new Scope.Request());
                assertThat(failure.cause().name()).as(body).isIn("REQUEST_INVALID", "FIELD_UNKNOWN");
                assertThat(ErrorClassifier.readInStream(body, ATTEMPT).failure().kind())
                        .as(body)
                        .isEqualTo(FailureKind.INVALID_REQUEST);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "models/%s is not found for API version v1beta, or is not supported for generateContent.",
                "models/no longer available to new users: %s is not found for API version v1, or is not supported.",
                "Model '%s' not found",
                "The model `%s` does not exist or you do not have access to it."
            })
    void ofAModelsNameDecideNothing(String message) throws IOException {
        for (String evil : EVIL) {
            Failure failure = ErrorClassifier.classify(404, body(404, String.format(message, evil)), ATTEMPT);
            assertThat(failure.kind()).as(evil).isEqualTo(FailureKind.INVALID_REQUEST);
            assertThat(failure.scope()).as(evil).isEqualTo(new Scope.Request());
            assertThat(failure.cause().name()).as(evil).isEqualTo("MODEL_NOT_FOUND");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "403 | Permission denied: Consumer 'api_key:AIzaX' has been suspended. | PROJECT_REJECTED",
                "400 | We're sorry, your API key isn't known: API key not valid, it's gone. | KEY_REJECTED",
                "403 | The project \"p\" can't be used: your project has been denied access. | PROJECT_REJECTED",
                "429 | The billing account 'b' has exceeded its monthly spending cap. | BILLING",
                "429 | Quota exceeded for quota metric 'Requests' and limit 'Requests per day' | DAILY_QUOTA_EXHAUSTED",
                "403 | You do not have permission to access 'files/abc'. | WRONG_PROJECT",
            })
    void leaveWhatIsSaidAroundThem(int status, String message, FailureKind kind) throws IOException {
        assertThat(ErrorClassifier.classify(status, body(status, message), ATTEMPT)
                        .kind())
                .isEqualTo(kind);
    }
}
