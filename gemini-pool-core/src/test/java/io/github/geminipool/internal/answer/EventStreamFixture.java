package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import okio.Buffer;
import okio.ByteString;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/** Streams for tests, from pieces of any size. */
abstract class EventStreamFixture {

    static final String SECRET = "AIza-the-secret";
    static final String EVENT = "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"A\"}]}}]}\r\n\r\n";
    static final String ERROR = "{\"error\":{\"code\":500,\"message\":\"Error\",\"status\":\"INTERNAL\"}}";
    static final String FRAMED = "data: " + ERROR + "\n\n";
    static final String PRETTY = """
        {
          "error": {
            "code": 500,
            "message": "Error",
            "status": "INTERNAL"
          }
        }
        """;

    final List<String> reported = new ArrayList<>();

    /** A source that returns its pieces one by one, and then ends or must not be read. */
    static final class Pieces implements Source {

        private final List<ByteString> pieces;
        private final boolean blocksAtEnd;
        int next;
        boolean closed;

        Pieces(List<ByteString> pieces, boolean blocksAtEnd) {
            this.pieces = pieces;
            this.blocksAtEnd = blocksAtEnd;
        }

        @Override
        public long read(Buffer sink, long byteCount) {
            if (next == pieces.size()) {
                if (blocksAtEnd) {
                    throw new AssertionError("read where the network would have blocked");
                }
                return -1;
            }
            ByteString piece = pieces.get(next++);
            assertThat(byteCount).isGreaterThanOrEqualTo(piece.size());
            sink.write(piece);
            return piece.size();
        }

        @Override
        public Timeout timeout() {
            return Timeout.NONE;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    static List<ByteString> chunks(ByteString bytes, int size) {
        List<ByteString> chunks = new ArrayList<>();
        for (int at = 0; at < bytes.size(); at += size) {
            chunks.add(bytes.substring(at, Math.min(at + size, bytes.size())));
        }
        return chunks;
    }

    /** Returns the bytes in one piece, in two pieces split anywhere, byte by byte, and in pieces of random sizes. */
    static Stream<List<ByteString>> cuts(String text) {
        ByteString bytes = ByteString.encodeUtf8(text);
        List<List<ByteString>> cuts = new ArrayList<>();
        cuts.add(chunks(bytes, 8_192));
        cuts.add(chunks(bytes, 1));
        int step = Math.max(1, bytes.size() / 500);
        for (int at = 1; at < Math.min(bytes.size(), 8_192); at += step) {
            List<ByteString> two = new ArrayList<>();
            two.add(bytes.substring(0, at));
            two.addAll(chunks(bytes.substring(at), 8_192));
            cuts.add(two);
        }
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<ByteString> pieces = new ArrayList<>();
            for (int at = 0; at < bytes.size(); ) {
                int end = Math.min(bytes.size(), at + 1 + random.nextInt(40));
                pieces.add(bytes.substring(at, end));
                at = end;
            }
            cuts.add(pieces);
        }
        return cuts.stream();
    }

    EventStream stream(Source source) {
        return new EventStream(source, new Masking(List.of(Secret.of(SECRET))), reported::add);
    }

    static String readAll(EventStream stream) {
        Buffer read = new Buffer();
        try {
            while (stream.read(read, 8_192) >= 0) {
                assertThat(read.size()).isLessThan(1_000_000);
            }
            assertThat(stream.read(read, 8_192)).as("after the end").isEqualTo(-1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read.readUtf8();
    }

    static @Nullable String firstErrorOf(EventStream stream) {
        try {
            return stream.firstError();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asserts that the output does not depend on the pieces of the input, nor on whether the first event was awaited. */
    void assertPasses(String in, String out, String... errors) {
        cuts(in).forEach(pieces -> {
            for (boolean peek : new boolean[] {false, true}) {
                reported.clear();
                EventStream stream = stream(new Pieces(pieces, false));
                if (peek) {
                    firstErrorOf(stream);
                }
                assertThat(readAll(stream)).isEqualTo(out);
                assertThat(reported).containsExactly(errors);
            }
        });
    }

    static String file(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(EventStreamFixture.class.getResourceAsStream("/wire/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
