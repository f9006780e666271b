package io.github.geminipool.wire.machine;

import io.github.geminipool.testing.Http2Server;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.WeakHashMap;

/** The part of a storm that comes over HTTP/2: faults of streams and of connections, at random. Thread-safe. */
final class Http2Storm implements AutoCloseable {

    /** What happens to one request in three, or to its connection. */
    enum Fault {
        REFUSED(Http2Server.Peer::refuse),
        GO_AWAY((peer, stream) -> peer.goAway(stream - 1, Http2Server.NO_ERROR)),
        END((peer, stream) -> peer.end()),
        SILENCE((peer, stream) -> peer.silence()),
        CUT(Http2Server.Peer::cut),
        NO_ANSWER((peer, stream) -> {});

        @SuppressWarnings("ImmutableEnumChecker") // A lambda without state.
        private final Http2Server.Handler handler;

        Fault(Http2Server.Handler handler) {
            this.handler = handler;
        }
    }

    private final Http2Server server = new Http2Server();
    private final Random random;

    /** The faults take turns, so that none is left out. */
    private final List<Fault> order = new ArrayList<>(List.of(Fault.values()));

    private int faults;

    /** The highest stream of each connection that was processed; negative after a GOAWAY, which is the last word. */
    private final Map<Http2Server.Peer, Integer> processedStreams = new WeakHashMap<>();

    private int processed;

    Http2Storm(long seed) throws IOException {
        random = new Random(seed + 100);
        Collections.shuffle(order, random);
        server.handle(this::arrived);
        server.delayHandshakes(this::handshakeMillis);
    }

    String url() {
        return server.url("localhost");
    }

    String certificate() throws CertificateEncodingException {
        return Base64.getEncoder()
                .encodeToString(
                        server.identity().trustManager().getAcceptedIssuers()[0].getEncoded());
    }

    /** Returns the number of faults that have happened. */
    synchronized int faults() {
        return faults;
    }

    /** Returns the number of requests that the client must count as sent. */
    synchronized int processed() {
        return processed;
    }

    private synchronized long handshakeMillis() {
        return random.nextInt(5) == 0 ? random.nextInt(3_000) : 0;
    }

    private void arrived(Http2Server.Peer peer, int stream) throws IOException {
        next(peer, stream).arrived(peer, stream);
    }

    private synchronized Http2Server.Handler next(Http2Server.Peer peer, int stream) {
        int last = processedStreams.getOrDefault(peer, 0);
        if (last < 0) {
            return (from, unprocessed) -> {};
        }
        Fault fault = random.nextInt(3) == 0 ? order.get(faults % order.size()) : null;
        if (fault == Fault.GO_AWAY && stream < last) {
            // It would be above the last one that the client is told of.
            fault = null;
        }
        if (fault != null) {
            faults++;
        }
        if (fault == Fault.GO_AWAY) {
            processedStreams.put(peer, -1);
            return (from, unprocessed) -> from.goAway(last, Http2Server.NO_ERROR);
        }
        if (fault == Fault.REFUSED) {
            return Http2Server.Peer::refuse;
        }
        processed++;
        processedStreams.put(peer, Math.max(last, stream));
        return fault == null ? Http2Server.Peer::answer : fault.handler;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
