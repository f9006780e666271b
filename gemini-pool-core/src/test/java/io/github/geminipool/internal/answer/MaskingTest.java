package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Secret;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An exception that shows a secret anywhere is replaced by one that does not; any other stays the same. */
class MaskingTest {

    private static final String SECRET = "AIzaSyB7-q2Kd9wXvTz";

    private final Masking masking = new Masking(List.of(Secret.of(SECRET)));

    private static String printed(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static IOException withCauses(int depth, String message) {
        Throwable cause = new IllegalStateException(message);
        for (int i = 1; i < depth; i++) {
            cause = new IllegalStateException("at " + i, cause);
        }
        return new IOException("outermost", cause);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 9, 20, 200})
    void atAnyDepth(int depth) {
        IOException e = withCauses(depth, "key " + SECRET);
        assertThat(printed(e)).contains(SECRET);
        assertThat(printed(masking.mask(e))).doesNotContain(SECRET).contains("outermost");
    }

    @Test
    void besideIt() {
        IOException e = withCauses(2, "nothing");
        e.addSuppressed(new IOException(
                Base64.getEncoder().encodeToString(("user:" + SECRET).getBytes(StandardCharsets.UTF_8))));
        assertThat(masking.mask(e).getSuppressed()).isEmpty();
    }

    @Test
    void aCircleOfCausesEnds() {
        IllegalStateException one = new IllegalStateException("one");
        one.initCause(new IllegalStateException("two", one));
        assertThat(printed(masking.mask(new IOException("outermost", one)))).contains("outermost");
    }

    @Test
    void anotherStaysTheSame() {
        IOException e = withCauses(3, "nothing");
        assertThat(masking.mask(e)).isSameAs(e);
    }
}
