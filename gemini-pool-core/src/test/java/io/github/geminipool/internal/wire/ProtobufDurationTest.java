package io.github.geminipool.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufDurationTest {

    @ParameterizedTest
    @CsvSource({
        "0s, PT0S",
        "26s, PT26S",
        "1.005s, PT1.005S",
        "1.5s, PT1.5S",
        "45.837906927s, PT45.837906927S",
        "0.000000001s, PT0.000000001S",
        "0.1234567899s, PT0.123456789S",
        "' 3s ', PT3S",
        "1.s, PT1S",
        ".5s, PT0.5S",
        "315576000000s, PT87660000H",
    })
    void isSecondsWithUpToNineDecimals(String text, Duration duration) {
        assertThat(ProtobufDuration.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s",
                " ",
                "3",
                "3m",
                "-3s",
                "+3s",
                "1e3s",
                "1.2.3s",
                ".s",
                "..s",
                "NaNs",
                "Infinitys",
                "0x1s",
                "٣s",
                "3 s",
                "3ss",
                "315576000001s",
                "99999999999999999999999999999999999s"
            })
    void anythingElseIsNotADuration(String text) {
        assertThat(ProtobufDuration.parse(text)).isNull();
    }

    @Test
    void readsWhatGoogleWrites() {
        for (long nanos = 1; nanos < 4_000_000_000L; nanos = nanos * 3 + 7) {
            Duration duration = Duration.ofNanos(nanos);
            String text = duration.toSeconds() + "." + String.format("%09d", duration.toNanosPart()) + "s";
            assertThat(ProtobufDuration.parse(text)).as(text).isEqualTo(duration);
        }
    }
}
