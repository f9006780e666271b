package io.github.geminipool.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base64SecretsTest {

    private static final String VALUE = "AQ.Ab8RN6~>>??IuVw-x_yZ0123456789";
    private static final Secrets SECRETS =
            Secrets.of(List.of(Secret.of("AIzaSyOther0123456789"), Secret.of(VALUE), Secret.of("short")));

    private static List<String> encoded(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return List.of(
                Base64.getEncoder().encodeToString(bytes),
                Base64.getEncoder().withoutPadding().encodeToString(bytes),
                Base64.getUrlEncoder().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s",
                "x%s",
                "xy%s",
                "user:%s",
                "%sx",
                "%sxy",
                "x%sy",
                "xyz%sxyz",
                "{\"key\": \"%s\"}",
                "ü%sü",
                "Bearer %s\n"
            })
    void areMaskedAtEveryAlignment(String around) {
        for (String base64 : encoded(String.format(around, VALUE))) {
            for (String written : List.of(
                    base64,
                    base64.replace("/", "\\/"),
                    base64.replace("/", "\\\\\\/"),
                    base64.replace("+", "%2B").replace("/", "%2f").replace("=", "%3D"),
                    base64.replaceAll("(.{16})", "$1\n"),
                    base64.replaceAll("(.{16})", "$1\\\\r\\\\n"))) {
                assertThat(SECRETS.maskIn("It was '" + written + "'."))
                        .as(written)
                        .matches("It was '\\*\\*\\*(\n|\\\\r\\\\n)?'\\.");
                assertThat(SECRETS.maskIn(written)).startsWith("***");
            }
        }
    }

    @Test
    void areMaskedBesideOtherWords() {
        for (String base64 : encoded(VALUE)) {
            for (String word : List.of("a", "ab", "abc", "key/", "Authorization-")) {
                assertThat(SECRETS.maskIn(word + base64)).isEqualTo("***");
            }
        }
    }

    @Test
    void areMaskedTwiceEncoded() {
        for (String once : encoded("x:" + VALUE)) {
            for (String twice : encoded("token " + once)) {
                assertThat(SECRETS.maskIn("<" + twice + ">")).isEqualTo("<***>");
            }
        }
    }

    @Test
    void areMaskedAtACut() {
        String base64 = encoded("x" + VALUE).get(0);
        for (int length = 14; length < base64.length(); length++) {
            assertThat(SECRETS.maskInCut("It was " + base64.substring(0, length)))
                    .as("%s characters", length)
                    .isEqualTo("It was ***");
        }
    }

    @Test
    void otherBase64StaysAsItIs() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(200)];
            random.nextBytes(bytes);
            String base64 = Base64.getEncoder().encodeToString(bytes);
            assertThat(SECRETS.maskIn(base64)).isEqualTo(base64);
        }
        String ofShort = encoded("a long text with the short secret").get(0);
        assertThat(SECRETS.maskIn(ofShort)).isEqualTo(ofShort);
        String text = "models/gemini-flash-latest is not found for API version v1beta\\n% 100 %2 \\";
        assertThat(SECRETS.maskIn(text)).isEqualTo(text);
    }
}
