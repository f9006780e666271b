package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard as a file that users copy into their applications. */
class DashboardFileTests {

    private final String file = read();

    @ParameterizedTest
    @ValueSource(strings = {"script", "style"})
    void policyAllowsOnlyThePagesScriptAndStyle(String element) {
        assertThat(Pattern.compile("<" + element + "[ >]").matcher(file).results())
                .hasSize(1);
        String content = Pattern.compile("<" + element + ">(.*)</" + element + ">", Pattern.DOTALL)
                .matcher(file)
                .results()
                .map(MatchResult::group)
                .findFirst()
                .orElseThrow();
        String code = content.substring(element.length() + 2, content.length() - element.length() - 3);
        assertThat(file)
                .as("after a change, put this into the page's Content-Security-Policy")
                .contains(element + "-src 'sha256-" + hash(code) + "';");
    }

    @Test
    void loadsNothingFromOtherSites() {
        assertThat(Pattern.compile("https?://[^'\"\\s]*").matcher(file).results())
                .extracting(MatchResult::group)
                .containsExactly("http://www.w3.org/2000/svg");
        assertThat(Pattern.compile("\\s(src|href)=\"(?!data:,\")").matcher(file).results())
                .isEmpty();
    }

    @Test
    void neverParsesTextAsMarkup() {
        assertThat(file)
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser")
                .doesNotContainPattern("\\son[a-z]+=\"");
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read() {
        try (InputStream in = DashboardFileTests.class.getResourceAsStream("/static/dashboard.html")) {
            // Browsers normalize line ends before they compute the hash.
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
