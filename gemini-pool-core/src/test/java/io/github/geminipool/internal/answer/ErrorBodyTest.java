package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.key.Secret;
import java.io.IOException;
import java.util.List;
import java.util.zip.Deflater;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;
import okio.DeflaterSink;
import okio.GzipSink;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.Test;

class ErrorBodyTest {

    private static final String SECRET = "AIza-a-secret-of-some-length";
    private static final Masking MASKING = new Masking(List.of(Secret.of(SECRET)));

    private static final int LIMIT = 64 * 1024;

    /** A body that counts the bytes read and knows whether it was closed. */
    private static final class Body extends ResponseBody {

        private final BufferedSource source;
        private final Counted counted;

        Body(Source source) {
            this.counted = new Counted(source);
            this.source = Okio.buffer(counted);
        }

        @Override
        public MediaType contentType() {
            return MediaType.get("application/json; charset=UTF-8");
        }

        @Override
        public long contentLength() {
            return -1;
        }

        @Override
        public BufferedSource source() {
            return source;
        }
    }

    private static final class Counted implements Source {

        private final Source source;
        private long read;
        private boolean closed;

        Counted(Source source) {
            this.source = source;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            long count = source.read(sink, byteCount);
            read += Math.max(count, 0);
            return count;
        }

        @Override
        public Timeout timeout() {
            return source.timeout();
        }

        @Override
        public void close() throws IOException {
            closed = true;
            source.close();
        }
    }

    /** Zeros, compressed while they are read. */
    private static final class GzippedZeros implements Source {

        private static final ByteString MEBIBYTE = ByteString.of(new byte[1 << 20]);
        private static final ByteString HEADER = ByteString.decodeHex("1f8b0800000000000000");

        private final Buffer ready = new Buffer().write(HEADER);
        private final Buffer compressed = new Buffer();
        private final DeflaterSink deflater = new DeflaterSink(compressed, new Deflater(9, true));
        private int mebibytesLeft;

        GzippedZeros(int mebibytes) {
            mebibytesLeft = mebibytes;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            while (ready.exhausted() && mebibytesLeft > 0) {
                mebibytesLeft--;
                deflater.write(new Buffer().write(MEBIBYTE), MEBIBYTE.size());
                deflater.flush();
                ready.writeAll(compressed);
            }
            return ready.read(sink, byteCount);
        }

        @Override
        public Timeout timeout() {
            return Timeout.NONE;
        }

        @Override
        public void close() {}
    }

    private static Response response(ResponseBody body, String encoding) {
        return new Response.Builder()
                .request(new Request.Builder().url("http://localhost/").build())
                .protocol(Protocol.HTTP_1_1)
                .code(429)
                .message("")
                .header("Content-Encoding", encoding)
                .header("Content-Length", "7")
                .header("X-Kept", "yes")
                .body(body)
                .build();
    }

    private static Buffer gzip(Buffer plain) throws IOException {
        Buffer compressed = new Buffer();
        try (GzipSink sink = new GzipSink(compressed)) {
            sink.write(plain, plain.size());
        }
        return compressed;
    }

    @Test
    void isReadCompletelyAndClosed() {
        Body body = new Body(new Buffer().writeUtf8("{\"error\":{}} – ü"));

        assertThat(ErrorBody.read(response(body, "identity"), MASKING)).isEqualTo("{\"error\":{}} – ü");
        assertThat(body.counted.closed).isTrue();
    }

    @Test
    void isReadUpToTheLimit() {
        Body body = new Body(new Buffer().writeUtf8("x".repeat(1_000_000)));

        assertThat(ErrorBody.read(response(body, "identity"), MASKING)).isEqualTo("x".repeat(LIMIT));
        assertThat(body.counted.read).isLessThan(LIMIT + 10_000);
        assertThat(body.counted.closed).isTrue();
    }

    @Test
    void isDecompressed() throws IOException {
        for (String encoding : new String[] {"gzip", "GZip"}) {
            Body body = new Body(gzip(new Buffer().writeUtf8("{\"error\":{}}")));
            assertThat(ErrorBody.read(response(body, encoding), MASKING)).isEqualTo("{\"error\":{}}");
        }
    }

    @Test
    void aCompressionBombIsReadUpToTheLimit() {
        GzippedZeros bomb = new GzippedZeros(512);
        Body body = new Body(bomb);

        String text = ErrorBody.read(response(body, "gzip"), MASKING);

        assertThat(text).hasSize(LIMIT);
        assertThat(text.chars()).allMatch(c -> c == 0);
        assertThat(body.counted.read).as("compressed bytes read").isLessThan(20_000);
        assertThat(bomb.mebibytesLeft).as("MiB never produced").isGreaterThan(490);
        assertThat(body.counted.closed).isTrue();
    }

    @Test
    void aTruncatedBodyIsReadAsFarAsItArrived() throws IOException {
        Buffer plain = new Buffer();
        for (int i = 0; i < 2_000; i++) {
            plain.writeUtf8(Integer.toHexString(i * 7_919)).writeUtf8(" ");
        }
        String whole = plain.clone().readUtf8();
        Buffer compressed = gzip(plain);
        Buffer cut = new Buffer();
        cut.write(compressed, compressed.size() / 2);
        Body body = new Body(cut);

        String text = ErrorBody.read(response(body, "gzip"), MASKING);

        assertThat(whole).startsWith(text);
        assertThat(text).hasSizeGreaterThan(100);
        assertThat(body.counted.closed).isTrue();
    }

    @Test
    void aBodyWithAWrongEncodingIsEmpty() {
        Body body = new Body(new Buffer().writeUtf8("this is not gzip"));

        assertThat(ErrorBody.read(response(body, "gzip"), MASKING)).isEmpty();
        assertThat(body.counted.closed).isTrue();
    }

    @Test
    void isReplacedWithMatchingHeaders() throws IOException {
        Response replaced = ErrorBody.replace(response(new Body(new Buffer()), "gzip"), "{\"masked\":\"ü\"}", MASKING);

        ResponseBody body = replaced.body();
        assertThat(body).isNotNull();
        assertThat(replaced.header("Content-Encoding")).isNull();
        assertThat(replaced.header("Content-Length")).isNull();
        assertThat(replaced.header("X-Kept")).isEqualTo("yes");
        assertThat(replaced.peekBody(100).string()).isEqualTo("{\"masked\":\"ü\"}");
        assertThat(replaced.peekBody(100).contentType()).hasToString("application/json; charset=UTF-8");
    }

    @Test
    void aSecretTruncatedByTheLimitIsMasked() {
        for (int cut = 1; cut < SECRET.length(); cut++) {
            String text = "x".repeat((int) ErrorBody.LIMIT - cut) + SECRET + "y".repeat(100);
            Response response = new Response.Builder()
                    .request(new Request.Builder().url("http://localhost/").build())
                    .protocol(Protocol.HTTP_1_1)
                    .code(400)
                    .message("Bad Request")
                    .body(ResponseBody.create(text, null))
                    .build();
            assertThat(ErrorBody.read(response, MASKING))
                    .hasSizeLessThanOrEqualTo((int) ErrorBody.LIMIT)
                    .doesNotContain(SECRET.substring(0, Math.min(cut, 4)));
        }
    }
}
