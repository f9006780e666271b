package io.github.geminipool.samples.gateway;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import okhttp3.MediaType;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which forms can be searched. */
@Timeout(60)
class PartEncodingsTests {

    private static void read(String form, int size) {
        PartEncodings encodings = PartEncodings.of(MediaType.get("multipart/related; boundary=\"b-1\""));
        byte[] bytes = form.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < bytes.length; at += size) {
            encodings.read(ByteBuffer.wrap(bytes, at, Math.min(size, bytes.length - at)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--b-1|Content-Transfer-Encoding: base64||YQ==|--b-1--|",
                "--b-1|CONTENT-TRANSFER-ENCODING :quoted-printable||a|--b-1--|",
                "--b-1|Content-Transfer-Encoding:| base64||YQ==|--b-1--|",
                "--b-1|Content-Transfer-Encoding||YQ==|--b-1--|",
                "--b-1|X: a\rContent-Transfer-Encoding: base64||YQ==|--b-1--|",
                "--b-1\nContent-Transfer-Encoding: base64\n\nYQ==\n--b-1--",
                "preamble|--b-1 \t|A: b||text|--b-1||text|--b-1|content-transfer-encoding: x||YQ==|--b-1--|",
                "\n\n--b-1|Content-Transfer-Encoding: base64||"
            })
    void encodedPartsAreRefused(String form) {
        for (int size : new int[] {1, 7, 10_000}) {
            assertThatThrownBy(() -> read(form, size)).isInstanceOf(RefusedException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--b-1|Content-Transfer-Encoding: 8BIT||a|--b-1|content-transfer-encoding:binary||b|--b-1--|",
                "--b-1|Content-Type: message/rfc822||Subject: a|Content-Transfer-Encoding: base64||YQ==|--b-1--|",
                "--b-1||--b-2|Content-Transfer-Encoding: base64||YQ==|--b-2--|--b-1--|",
                "--b-1||--b-10|Content-Transfer-Encoding: base64||YQ==|--b-1--|Content-Transfer-Encoding: base64|",
                "--b-1|Content-Transfer-Encoding-Not: base64||a|--b-1--|",
                ""
            })
    void othersPass(String form) {
        for (int size : new int[] {1, 7, 10_000}) {
            assertThatCode(() -> read(form, size)).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/related",
                "multipart/related; boundary=a; boundary=b",
                "multipart/related; boundary=\"a b\"",
                "multipart/related; boundary=a; BOUNDARY*=b"
            })
    void formsWithoutAClearBoundaryAreRefused(String type) {
        assertThatThrownBy(() -> PartEncodings.of(MediaType.get(type))).isInstanceOf(RefusedException.class);
    }
}
