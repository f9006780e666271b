package io.github.geminipool.wire.streams;

import io.github.geminipool.testing.SocketServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server whose streams have as many events as the name of the model says: {@code m-5} has five, and the last one finishes. */
final class EventServer implements AutoCloseable {

    private static final Pattern COUNT = Pattern.compile("/models/[a-z]+-(\\d+):");

    /** Runs before an event is sent. */
    @FunctionalInterface
    interface BeforeEvent {

        void run(String request, int index) throws IOException;
    }

    private final SocketServer server = new SocketServer(this::answer);
    private final BeforeEvent beforeEvent;
    private final String text;

    EventServer() {
        this((request, index) -> {}, "");
    }

    /**
     * Starts a server.
     *
     * @param text follows the number of each event
     */
    EventServer(BeforeEvent beforeEvent, String text) {
        this.beforeEvent = beforeEvent;
        this.text = text;
    }

    private boolean answer(String request, Socket client) throws IOException {
        Matcher count = COUNT.matcher(request);
        if (!count.find()) {
            throw new IOException(request);
        }
        long events = Long.parseLong(count.group(1));
        SocketServer.write(client, SocketServer.head("text/event-stream", "Transfer-Encoding: chunked"));
        for (int i = 0; i < events; i++) {
            beforeEvent.run(request, i);
            SocketServer.write(client, SocketServer.chunk("data: " + event(i, i == events - 1) + "\r\n\r\n"));
        }
        SocketServer.write(client, "0\r\n\r\n");
        return true;
    }

    private String event(int index, boolean last) {
        return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"" + index + text + "\"}]}"
                + (last ? ",\"finishReason\":\"STOP\"" : "") + "}],\"usageMetadata\":{\"promptTokenCount\":7},"
                + "\"responseId\":\"id-of-it\"}";
    }

    URI url() {
        return server.url();
    }

    int connections() {
        return server.connections();
    }

    @Override
    public void close() {
        server.close();
    }
}
