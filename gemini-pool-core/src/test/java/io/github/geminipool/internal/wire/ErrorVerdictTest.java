package io.github.geminipool.internal.wire;

import static io.github.geminipool.internal.wire.ErrorBodies.ATTEMPT;
import static io.github.geminipool.internal.wire.ErrorBodies.file;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminipool.failure.FailureKind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorVerdictTest {

    private static @Nullable String consumerIn(String body) {
        return ErrorClassifier.read(403, body, ATTEMPT).consumerProject();
    }

    private static String withConsumer(String consumer) {
        return "{\"error\":{\"code\":403,\"message\":\"No.\",\"details\":[{\"@type\":"
                + "\"type.googleapis.com/google.rpc.ErrorInfo\",\"metadata\":{\"consumer\":\"" + consumer + "\"}}]}}";
    }

    @Test
    void namesTheExceededQuotasOfARefusal() throws IOException {
        ErrorVerdict verdict = ErrorClassifier.read(429, file("429-free-tpm.json"), ATTEMPT);

        assertThat(verdict.failure().kind()).isEqualTo(FailureKind.RATE_LIMITED);
        assertThat(verdict.exceededQuotas())
                .isEqualTo(ExceededQuota.in(GoogleError.parse(file("429-free-tpm.json"))))
                .isNotEmpty();
        assertThat(ErrorClassifier.readInStream(file("429-free-tpm.json"), ATTEMPT))
                .isEqualTo(verdict);
    }

    @Test
    void namesNoQuotaWhereTheFailureIsNotOfQuota() throws IOException {
        ErrorVerdict verdict = ErrorClassifier.read(503, file("429-free-tpm.json"), ATTEMPT);

        assertThat(verdict.failure().kind()).isEqualTo(FailureKind.OVERLOADED);
        assertThat(verdict.exceededQuotas()).isEmpty();
    }

    @Test
    void namesTheConsumerProject() throws IOException {
        String body = file("403-consumer-suspended.json");

        assertThat(consumerIn(body)).isEqualTo("000000000000");
        assertThat(consumerIn("[" + body + "]\nLocation: elsewhere")).isEqualTo("000000000000");
        assertThat(consumerIn(body.substring(0, body.indexOf("000000000000\"") + 14)))
                .isEqualTo("000000000000");
        assertThat(consumerIn(withConsumer("projects/my-project.example.com:a_1")))
                .isEqualTo("my-project.example.com:a_1");
    }

    @ParameterizedTest
    @CsvSource({"''", "projects/", "api_key:1", "projects/a b", "projects/a/b", "'projects/<a>'"})
    void ignoresOtherConsumers(String consumer) {
        assertThat(consumerIn(withConsumer(consumer))).isNull();
    }

    @Test
    void ignoresAConsumerThatIsTooLongOrQuoted() throws IOException {
        assertThat(consumerIn(withConsumer("projects/" + "1".repeat(101)))).isNull();
        String quoted = JsonMapper.builder().build().writeValueAsString("Invalid value " + withConsumer("projects/1"));
        assertThat(consumerIn("{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\",\"message\":" + quoted + "}}"))
                .isNull();
        assertThat(consumerIn("<html>projects/1</html>")).isNull();
    }
}
