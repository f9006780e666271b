package io.github.geminipool.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    private static final String VALUE = "AQ.a+b/c=\"d\\e%f";
    private static final Secrets SECRET = Secrets.of(List.of(Secret.of(VALUE)));

    private static String json(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static void assertMasked(String written) {
        assertThat(SECRET.maskIn("x " + written + " y")).isEqualTo("x *** y");
        assertThat(SECRET.maskIn(written + written)).isEqualTo("******");
        assertThat(written.length()).isLessThanOrEqualTo(SECRET.longestForm());
    }

    @Test
    void allAreMasked() {
        String encoded = URLEncoder.encode(VALUE, StandardCharsets.UTF_8);
        assertMasked(VALUE);
        assertMasked(encoded);
        assertMasked(encoded.toLowerCase(java.util.Locale.ROOT).replace("aq.", "AQ."));
        assertMasked(encoded.replace("%", "%25"));
        assertMasked("%41%51%2e" + encoded.substring(3));
        assertMasked(json(VALUE));
        assertMasked(json(json(VALUE)));
        assertMasked(json(VALUE).replace("/", "\\/"));
        assertMasked(json(VALUE).replace("=", "\\u003d").replace("+", "\\u002B"));
        assertMasked(json(json(VALUE).replace("=", "\\u003D")));
        assertMasked(VALUE.replace("+", "&#43;").replace("/", "&#x2f;").replace("%", "&#X0025;"));
        assertMasked(VALUE.chars().mapToObj(c -> "&#" + c + ";").collect(Collectors.joining()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "AQ.a+b/c=\"d\\e%",
                "Q.a+b/c=\"d\\e%f",
                "%41%51",
                "\\u0041",
                "%",
                "\\",
                "%%%%",
                "%zz",
                "&#",
                "&#;",
                "&#x;",
                "&#65",
                "&#65;",
                "&#999999999;",
                "&amp;"
            })
    void otherTextStaysAsItIs(String text) {
        assertThat(SECRET.maskIn(text)).isEqualTo(text);
    }

    @Test
    void theBeginningAtACutIsMasked() {
        for (int length = 8; length < VALUE.length(); length++) {
            assertThat(SECRET.maskInCut("x " + VALUE.substring(0, length))).isEqualTo("x ***");
        }
        assertThat(SECRET.maskInCut("x " + VALUE.substring(0, 7))).isEqualTo("x " + VALUE.substring(0, 7));
        assertThat(SECRET.maskInCut("x " + VALUE.substring(0, 9) + " y"))
                .isEqualTo("x " + VALUE.substring(0, 9) + " y");
        assertThat(SECRET.maskInCut("x AQ.a%2Bb%2Fc%3")).isEqualTo("x ***");
        assertThat(SECRET.maskInCut("x AQ.a&#43;b/c&#x3")).isEqualTo("x ***");
    }

    @Test
    void ofManyEachIsMasked() {
        List<Secret> many = IntStream.range(0, 2_000)
                .mapToObj(i -> Secret.of("AIzaSyD" + i * 7919 % 2_000 + "-" + i))
                .toList();
        Secrets secrets = Secrets.of(many);
        for (Secret secret : many) {
            String json = "{\"message\": \"Consumer 'api_key:" + secret.value() + "' has been suspended.\"}";
            assertThat(secrets.maskIn(json)).isEqualTo(json.replace(secret.value(), "***"));
        }
    }

    @Test
    void ofTwoThatBeginAlikeTheLongerIsMasked() {
        for (List<String> values : List.of(List.of("abc", "abcdefghijkl"), List.of("abcdefghijkl", "abc"))) {
            Secrets secrets = Secrets.of(values.stream().map(Secret::of).toList());
            assertThat(secrets.maskIn("abcdefghijkl abc ab%63 abcdefghijk")).isEqualTo("*** *** *** ***defghijk");
        }
    }

    @Test
    void ofOneThatRepeatsItselfIsFoundWhereverItBegins() {
        Secrets secrets = Secrets.of(List.of(Secret.of("aaab")));

        assertThat(secrets.maskIn("aaaaab aaab\\u0061aab")).isEqualTo("aa*** ******");
    }

    @Test
    void neverPrintThemselves() {
        assertThat(SECRET).hasToString("***");
    }

    @Test
    void ofNoneLeaveATextAsItIs() {
        assertThat(Secrets.of(List.of()).maskInCut("text %41 \\")).isEqualTo("text %41 \\");
    }

    @Test
    void areMaskedPlainAndEncoded() {
        Secrets secrets = Secrets.of(List.of(Secret.of("a+b/c=")));

        assertThat(secrets.maskIn("x a+b/c= y a%2Bb%2Fc%3D z a+b/c=a+b/c=")).isEqualTo("x *** y *** z ******");
        assertThat(secrets.maskIn("nothing of it")).isEqualTo("nothing of it");
    }
}
