package io.github.geminipool.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoAwayScanTest {

    private static final int ENHANCE_YOUR_CALM = 11;

    private final GoAwayScan scan = new GoAwayScan();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private void frame(int type, byte[] payload) {
        bytes.write(payload.length >> 16);
        bytes.write(payload.length >> 8);
        bytes.write(payload.length);
        bytes.write(type);
        bytes.writeBytes(new byte[5]);
        bytes.writeBytes(payload);
    }

    private void goAway(int code, int debug) {
        byte[] payload = new byte[8 + debug];
        payload[7] = (byte) code;
        frame(7, payload);
    }

    /** Returns how many were found, reading so many bytes at a time. */
    private int found(int chunk) {
        byte[] all = bytes.toByteArray();
        int found = 0;
        for (int at = 0; at < all.length; at += chunk) {
            found += scan.passed(all, at, Math.min(chunk, all.length - at)) ? 1 : 0;
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 100_000})
    void isFoundBetweenOtherFrames(int chunk) {
        frame(4, new byte[0]);
        // The payload looks like a frame.
        frame(0, new byte[] {0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11});
        frame(6, new byte[8]);
        frame(0, new byte[70_000]);
        goAway(ENHANCE_YOUR_CALM, 13);
        frame(0, new byte[3]);
        assertThat(found(chunk)).isEqualTo(1);
    }

    @Test
    void otherCodesAreNone() {
        goAway(0, 0);
        goAway(2, 5);
        assertThat(found(3)).isZero();
        goAway(ENHANCE_YOUR_CALM, 0);
        assertThat(new GoAwayScan().passed(bytes.toByteArray(), 0, bytes.size()))
                .isTrue();
    }

    @Test
    void garbageDoesNoHarm() {
        byte[] garbage = new byte[10_000];
        new Random(1).nextBytes(garbage);
        for (int at = 0; at < garbage.length; at += 100) {
            scan.passed(garbage, at, 100);
        }
        assertThat(scan).isNotNull();
    }
}
