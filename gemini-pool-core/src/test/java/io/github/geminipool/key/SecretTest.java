package io.github.geminipool.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {

    private static final String VALUE = "AIzaSyD-the_secret";

    @ParameterizedTest
    @ValueSource(strings = {VALUE, "AQ.Ab8RN6-any_thing", "x", "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~"})
    void takesAnyVisibleAscii(String value) {
        assertThat(Secret.of(value).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {" " + VALUE, VALUE + "\n", "\r\n\t" + VALUE + " \u2003", VALUE + "\u3000"})
    void dropsWhiteSpaceAroundIt(String value) {
        assertThat(Secret.of(value).value()).isEqualTo(VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t "})
    void refusesABlank(String value) {
        assertThatThrownBy(() -> Secret.of(value))
                .isInstanceOf(InvalidSecretException.class)
                .hasMessage("The API key is blank");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AIzaSyD-the\nsecret",
                "AIzaSyD-the secret",
                "AIzaSyD-the\tsecret",
                "\uFEFFAIzaSyD-thesecret",
                "AIzaSyD-thesecret\u00A0",
                "AIzaSyD-the\u200Bsecret",
                "AIzaSyD-the\u0000secret",
                "AIzaSyD-thesecrät",
                "AIzaSyD-the\u007Fsecret"
            })
    void refusesWhatAHeaderCanNotCarryWithoutSayingIt(String value) {
        assertThatThrownBy(() -> Secret.of(value))
                .isInstanceOf(InvalidSecretException.class)
                .hasMessageContaining("U+")
                .hasMessageMatching("[\\x20-\\x7E]*")
                .hasMessageNotContainingAny("AIza", "secr", "thesec")
                .hasNoCause();
    }

    @Test
    void saysWhatAndWhere() {
        assertThatThrownBy(() -> Secret.of("abc\ndef"))
                .hasMessage(
                        "The API key has a character that no API key contains (U+000A, a line break) at position 4 of 7");
        assertThatThrownBy(() -> Secret.of("\uFEFFabc")).hasMessageContaining("a byte order mark");
        assertThatThrownBy(() -> Secret.of("abc\u00A0")).hasMessageContaining("a no-break space");
    }

    @Test
    void neverPrintsItself() {
        Secret secret = Secret.of(VALUE);

        assertThat(secret).hasToString("***");
        assertThat("" + secret).doesNotContain(VALUE);
        assertThat(String.format("%s", secret)).doesNotContain(VALUE);
    }

    @Test
    void equalsByItsValue() {
        assertThat(Secret.of(VALUE)).isEqualTo(Secret.of(" " + VALUE)).hasSameHashCodeAs(Secret.of(VALUE));
        assertThat(Secret.of(VALUE)).isNotEqualTo(Secret.of(VALUE + "x")).isNotEqualTo(VALUE);
    }

    @Test
    void aFingerprintIsTheFirstHalfOfAnHmacOfThePurpose() {
        Secret secret = Secret.of("key");

        // RFC 4231 gives none for such a key; this is OpenSSL's.
        assertThat(secret.fingerprint("The quick brown fox jumps over the lazy dog"))
                .isEqualTo("f7bc83f430538424b13298e6aa6fb143");
        assertThat(secret.fingerprint("another purpose")).isNotEqualTo(secret.fingerprint("a purpose"));
    }

    @Test
    void partsOfFourCharactersAreMasked() {
        Secret secret = Secret.of("AQ.Zx91kQpL-77vT");
        assertThat(secret.maskPartsIn("key 91kQpL… of AQ.Z and -77, then AQ.Zx91kQpL-77vT"))
                .isEqualTo("key ***… of *** and -77, then ***");
        assertThat(secret.maskPartsIn("AQ.")).isEqualTo("AQ.");
        assertThat(secret.maskPartsIn("")).isEmpty();
    }
}
