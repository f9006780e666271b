package io.github.geminipool.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionLostExceptionTest {

    static Stream<IOException> ofTheApplicationsClient() {
        return Stream.of(
                new EOFException(),
                new EOFException("\\n not found: limit=0 content=…"),
                new IOException("unexpected end of stream on http://localhost/...", new EOFException()),
                new SocketException("Broken pipe"),
                new SocketException("Broken pipe (Write failed)"),
                new SSLException("Write failed", new SocketException("Connection reset by peer")),
                new IOException(new IOException(new SocketException("connection reset by PEER"))));
    }

    @ParameterizedTest
    @MethodSource("ofTheApplicationsClient")
    void looksLikeNoClientThatHasLeft(IOException lost) {
        IOException told = ConnectionLostException.told(lost);

        assertThat(told).hasMessageStartingWith("The connection to Gemini ").hasNoCause();
        assertThat(told.getMessage()).doesNotContainIgnoringCase("broken pipe").doesNotContainIgnoringCase("by peer");
        assertThat(told.getSuppressed()).as("for the stack trace").containsExactly(lost);
        assertThat(ConnectionLostException.told(told)).isSameAs(told);
    }

    @Test
    void saysWhatWasMissing() {
        assertThat(ConnectionLostException.told(new IOException("unexpected end of stream", new EOFException())))
                .hasMessage("The connection to Gemini ended too early: unexpected end of stream");
        assertThat(ConnectionLostException.told(new EOFException()))
                .hasMessage("The connection to Gemini ended too early");
    }

    @Test
    void anythingElseStaysAsItIs() {
        IOException timeout = new IOException("timeout", new SocketException("Connection reset"));

        assertThat(ConnectionLostException.told(timeout)).isSameAs(timeout);
    }
}
