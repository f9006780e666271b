package io.github.geminipool.samples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is remembered from part to part of an upload, without a running gateway. */
@Timeout(60)
class UploadScansTests {

    private static final int OK = 200;

    private final UploadScans scans = new UploadScans();

    private UploadScans.Scan scan(String upload) {
        return scans.scan(upload, resource -> resource.id().equals("of-alice-1"));
    }

    private static ByteBuffer part(String content) {
        return ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
    }

    private void breakOff(String part) {
        UploadScans.Scan scan = scan("1");
        scan.read(part(part));
        scan.brokeOff();
    }

    @Test
    void aPartThatBreaksOffIsRememberedBesideTheOneBefore() {
        for (String part : List.of("a files/of-al", "something else")) {
            breakOff(part);
        }
        UploadScans.Scan last = scan("1");
        assertThatThrownBy(() -> last.read(part("ice-1 "))).isInstanceOf(RefusedException.class);
        for (int i = 0; i < 11; i++) {
            breakOff("the end of part " + i);
        }
        assertThatThrownBy(() -> scan("1")).isInstanceOf(RefusedException.class);
        assertThatCode(() -> scan("2")).doesNotThrowAnyException();
    }

    @Test
    void aRequestThatIsHeldOpenChangesNothingOnceAnotherOneHasCome() {
        UploadScans.Scan held = scan("1");
        UploadScans.Scan first = scan("1");
        first.read(part("files/of-al"));
        first.answered(OK);
        held.answered(OK);
        UploadScans.Scan second = scan("1");
        assertThatThrownBy(() -> second.read(part("ice-1 "))).isInstanceOf(RefusedException.class);
    }

    @Test
    void aRequestThatIsHeldOpenSendsNoMoreOnceAnotherOneHasCome() {
        UploadScans.Scan held = scan("1");
        held.read(part("files/of-al"));
        UploadScans.Scan second = scan("1");
        assertThatThrownBy(() -> held.read(part("i"))).isInstanceOf(RefusedException.class);
        // Gemini may have all that was sent before.
        assertThatThrownBy(() -> second.read(part("ice-1 "))).isInstanceOf(RefusedException.class);
    }

    @Test
    void whatHasPassedIsOverWhenItsRequestEnds() {
        UploadScans.Scan first = scan("1");
        first.read(part("files/of-al"));
        first.answered(OK);
        first.brokeOff();
        UploadScans.Scan second = scan("1");
        second.read(part("l "));
        second.answered(OK);
        UploadScans.Scan third = scan("1");
        assertThat(third).isNotNull();
        third.read(part("ice-1 "));
    }
}
