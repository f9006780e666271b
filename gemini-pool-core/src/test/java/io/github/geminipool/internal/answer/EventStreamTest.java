package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest extends EventStreamFixture {

    @ParameterizedTest
    @ValueSource(
            strings = {
                EVENT,
                EVENT + EVENT + EVENT,
                "data: {\"a\":1}\n\ndata: {\"b\":2}\n\n",
                "data:{\"a\":1}\n\n",
                "data: \n\n",
                "data:\n\ndata:",
                "data: {\"a\":1}",
                "data: {\"a\":1}\n",
                "data: {\"cut",
                "data: first line\ndata: {second line}\n\n",
                "data: {\"a\": \"{\\\"error\\\": 1}\"}\n\n",
                "data: {\"errors\": []}\n\ndata: {\"a\":{\"error\":1}}\n\n",
                "data: [DONE]\n\n",
                ": a comment\n\nevent: message\nid: 7\nretry: 1000\ndata: {\"a\":1}\n\n",
                "\n\n\r\n\ndata: {\"a\":1}\n\n",
                "data: {\"text\":\"Grüße, 日本語 😀\"}\n\n",
                "",
                "\r\n"
            })
    void eventsPassUnchanged(String text) {
        assertPasses(text, text);
    }

    @Test
    void eventsOfAnySizePass() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            text.append("data: {\"text\":\"").append("x".repeat(i * 700)).append("\"}\r\n\r\n");
        }

        for (int size : new int[] {8_192, 4_096, 1_000}) {
            EventStream stream = stream(new Pieces(chunks(ByteString.encodeUtf8(text.toString()), size), false));
            assertThat(readAll(stream)).isEqualTo(text.toString());
        }
        assertThat(reported).isEmpty();
    }

    @Test
    void recordedEventsPass() throws IOException {
        assertPasses(file("sse-normal.txt"), file("sse-normal.txt"));
    }

    @Test
    void anEventPassesBeforeTheNextArrives() throws IOException {
        for (int size : new int[] {8_192, 7, 1}) {
            Pieces source = new Pieces(chunks(ByteString.encodeUtf8(EVENT), size), true);
            EventStream stream = stream(source);
            assertThat(stream.firstError()).isNull();

            Buffer read = new Buffer();
            while (read.size() < EVENT.length()) {
                assertThat(stream.read(read, 8_192)).isPositive();
            }

            assertThat(read.readUtf8()).isEqualTo(EVENT);
        }
    }

    @Test
    void anEventPassesAsSoonAsItsLineIsComplete() throws IOException {
        String line = "data: {\"c\":1}\n";
        EventStream stream = stream(new Pieces(List.of(ByteString.encodeUtf8(line)), true));

        assertThat(stream.firstError()).isNull();

        Buffer read = new Buffer();
        assertThat(stream.read(read, 8_192)).isEqualTo(line.length());
    }

    @Test
    void aLongEventPassesAsSoonAsItIsLongerThanAnyError() throws IOException {
        String begun = "data: {\"c\":\"" + "x".repeat(70_000);
        EventStream stream = stream(new Pieces(chunks(ByteString.encodeUtf8(begun), 8_192), true));

        assertThat(stream.firstError()).isNull();

        Buffer read = new Buffer();
        assertThat(stream.read(read, 8_192)).isPositive();
    }

    @Test
    void readsNoMoreThanRequested() throws IOException {
        EventStream stream = stream(new Pieces(chunks(ByteString.encodeUtf8(EVENT), 8_192), false));

        Buffer read = new Buffer();
        while (stream.read(read, 3) >= 0) {
            assertThat(read.size()).isLessThanOrEqualTo(EVENT.length());
        }

        assertThat(read.readUtf8()).isEqualTo(EVENT);
    }

    @Test
    void theFirstEventIsAwaitedUpToALimit() throws IOException {
        List<ByteString> comments = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            comments.add(ByteString.encodeUtf8(": nothing yet " + "x".repeat(1_000) + "\n"));
        }
        Pieces source = new Pieces(comments, true);
        assertThat(stream(source).firstError()).isNull();
        assertThat(source.next).isLessThan(100);
    }

    @Test
    void closesItsSource() throws IOException {
        Pieces source = new Pieces(List.of(), false);
        EventStream stream = stream(source);

        assertThat(stream.firstError()).isNull();
        stream.close();

        assertThat(source.closed).isTrue();
    }
}
