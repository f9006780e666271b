package io.github.geminipool.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WatchedBodyTest {

    private final AbandonedBodies abandoned = new AbandonedBodies();
    private final List<String> events = new ArrayList<>();
    private @Nullable Throwable thrownByPassed;
    private @Nullable Throwable thrownByRead;
    private @Nullable Throwable thrownByClose;
    private boolean isLeft;

    private final WatchedBody.End end = new WatchedBody.End() {
        @Override
        public void passed(Buffer sink, long count) throws IOException {
            events.add("passed " + count);
            if (thrownByPassed instanceof Error error) {
                throw error;
            }
            if (thrownByPassed instanceof RuntimeException exception) {
                throw exception;
            }
            if (thrownByPassed instanceof IOException exception) {
                throw exception;
            }
        }

        @Override
        public void exhausted() {
            events.add("exhausted");
        }

        @Override
        public void closed() {
            events.add("closed");
        }

        @Override
        public void abandoned() {
            events.add("abandoned");
        }

        @Override
        public IOException failed(IOException e) {
            events.add("failed");
            return new IOException("told", e);
        }

        @Override
        public void wake() {
            events.add("woken");
        }

        @Override
        public boolean isLeft() {
            return isLeft;
        }

        @Override
        public void endIsUnreported() {
            events.add("untold");
        }
    };

    @AfterEach
    void nothingIsLeft() {
        assertThat(abandoned.size()).isZero();
        abandoned.close();
    }

    private ResponseBody body() {
        Source source = new ForwardingSource(new Buffer().writeUtf8("body")) {
            @Override
            public long read(Buffer sink, long byteCount) throws IOException {
                if (thrownByRead instanceof Error error) {
                    throw error;
                }
                if (thrownByRead instanceof IOException exception) {
                    throw exception;
                }
                return super.read(sink, byteCount);
            }

            @Override
            public void close() throws IOException {
                events.add("upstream closed");
                if (thrownByClose instanceof Error error) {
                    throw error;
                }
                if (thrownByClose instanceof IOException exception) {
                    throw exception;
                }
            }
        };
        return ResponseBody.create(Okio.buffer(source), MediaType.get("text/plain"), 4);
    }

    private Response wrap(ResponseBody body, Source content) {
        Response.Builder response = new Response.Builder()
                .request(new Request.Builder().url("http://localhost/").build())
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .header("Content-Length", "4");
        return WatchedBody.wrap(response, body, content, end, abandoned);
    }

    private BufferedSource wrapped() {
        ResponseBody body = body();
        ResponseBody wrapped = wrap(body, body.source()).body();
        assertThat(wrapped).isNotNull();
        assertThat(abandoned.size()).isEqualTo(1);
        return wrapped.source();
    }

    @Test
    void isExhaustedOnce() throws IOException {
        BufferedSource source = wrapped();

        assertThat(source.readUtf8()).isEqualTo("body");
        assertThat(source.exhausted()).isTrue();
        source.close();
        assertThat(events).containsExactly("passed 4", "upstream closed", "exhausted");
    }

    @Test
    void isClosedOnce() throws IOException {
        BufferedSource source = wrapped();

        source.readByte();
        source.close();
        source.close();
        assertThat(events).containsExactly("passed 4", "upstream closed", "closed");
    }

    @Test
    void failsOnce() throws IOException {
        BufferedSource source = wrapped();
        thrownByRead = new IOException("reset");

        Throwable told = catchThrowable(source::readUtf8);
        assertThat(told).hasMessage("told").hasCause(thrownByRead);
        assertThat(catchThrowable(source::readUtf8)).as("without secrets again").isSameAs(told);
        source.close();
        assertThat(events).containsExactly("failed", "upstream closed");
    }

    static List<Throwable> failures() {
        return List.of(
                new IOException("a test"), new IllegalStateException("a test"), new StackOverflowError("a test"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void endsOnceWhenItIsClosedAfterAFailureOfTheReceiver(Throwable failure) throws IOException {
        BufferedSource source = wrapped();
        thrownByPassed = failure;

        assertThat(catchThrowable(source::readUtf8)).isSameAs(failure);
        assertThat(abandoned.size()).isEqualTo(1);
        source.close();
        source.close();
        assertThat(events).containsExactly("passed 4", "upstream closed", "closed");
    }

    @Test
    void isExhaustedEvenIfItCannotBeClosed() {
        BufferedSource source = wrapped();
        thrownByClose = new IOException("close");

        assertThat(catchThrowable(source::readUtf8)).isSameAs(thrownByClose);
        assertThat(events).containsExactly("passed 4", "upstream closed", "exhausted");
    }

    @Test
    void isClosedEvenIfItsSourceCannotBe() {
        BufferedSource source = wrapped();
        thrownByClose = new IOException("close");

        assertThat(catchThrowable(source::close)).isSameAs(thrownByClose);
        assertThat(events).containsExactly("upstream closed", "closed");
    }

    @Test
    void tellsThatThereWasNoMemoryToReadIt() throws IOException {
        BufferedSource source = wrapped();
        thrownByRead = new OutOfMemoryError("a test");

        assertThat(catchThrowable(source::readUtf8)).isSameAs(thrownByRead);
        source.close();
        assertThat(events).containsExactly("untold", "upstream closed", "closed");
    }

    @Test
    void tellsThatThereWasNoMemoryToCloseIt() {
        BufferedSource source = wrapped();
        thrownByClose = new OutOfMemoryError("a test");

        assertThat(catchThrowable(source::close)).isSameAs(thrownByClose);
        assertThat(events).containsExactly("upstream closed", "untold", "closed");
    }

    @Test
    void tellsThatThereWasNoMemoryToCloseItAtItsEnd() {
        BufferedSource source = wrapped();
        thrownByClose = new OutOfMemoryError("a test");

        assertThat(catchThrowable(source::readUtf8)).isSameAs(thrownByClose);
        assertThat(events).containsExactly("passed 4", "upstream closed", "untold", "exhausted");
    }

    @Test
    void keepsTypeAndLengthOfAnUnchangedBody() throws IOException {
        ResponseBody body = body();
        Response response = wrap(body, body.source());

        assertThat(response.header("Content-Length")).isEqualTo("4");
        assertThat(response.body()).isNotNull();
        assertThat(response.body().contentLength()).isEqualTo(4);
        assertThat(response.body().contentType()).isEqualTo(MediaType.get("text/plain"));
        response.close();
    }

    @Test
    void hasNoLengthIfItIsChanged() throws IOException {
        ResponseBody body = body();
        Response response = wrap(body, new Buffer().writeUtf8("another body"));

        assertThat(response.header("Content-Length")).isNull();
        assertThat(response.body()).isNotNull();
        assertThat(response.body().contentLength()).isEqualTo(-1);
        assertThat(response.body().contentType()).isEqualTo(MediaType.get("text/plain"));
        assertThat(response.body().string()).isEqualTo("another body");
    }
}
