package io.github.geminipool.samples.discordbot.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;

/** The websocket that sends events to the bot; one bot at a time. Public because Jetty calls its methods by reflection. */
public final class Gateway {

    private static final int DISPATCH = 0;
    private static final int HEARTBEAT = 1;
    private static final int IDENTIFY = 2;
    private static final int HELLO = 10;
    private static final int HEARTBEAT_ACKNOWLEDGED = 11;
    private static final int AUTHENTICATION_FAILED = 4004;

    private final ObjectMapper mapper;
    private final Payloads payloads;
    private final String token;
    private final AtomicInteger sequence = new AtomicInteger();
    private final CountDownLatch identified = new CountDownLatch(1);
    private volatile @Nullable Session session;

    Gateway(ObjectMapper mapper, Payloads payloads, String token) {
        this.mapper = mapper;
        this.payloads = payloads;
        this.token = token;
    }

    /** Sends an event to the bot, waiting for it to connect if necessary. */
    void dispatch(String event, ObjectNode data) {
        try {
            Session to = identified.await(20, TimeUnit.SECONDS) ? session : null;
            if (to == null) {
                throw new IllegalStateException("No bot has connected to the gateway");
            }
            dispatch(to, event, data);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the bot", e);
        }
    }

    private void dispatch(Session to, String event, JsonNode data) {
        ObjectNode message = message(DISPATCH, data).put("t", event);
        to.sendText(message.put("s", sequence.incrementAndGet()).toString(), Callback.NOOP);
    }

    private ObjectNode message(int operation, JsonNode data) {
        ObjectNode message = mapper.createObjectNode().put("op", operation);
        message.set("d", data);
        return message;
    }

    /** The connection of a bot. */
    public final class Connection extends Session.Listener.AbstractAutoDemanding {

        private final String url;

        Connection(String url) {
            this.url = url;
        }

        @Override
        public void onWebSocketOpen(Session opened) {
            super.onWebSocketOpen(opened);
            ObjectNode pace = mapper.createObjectNode().put("heartbeat_interval", 41_250);
            opened.sendText(message(HELLO, pace).toString(), Callback.NOOP);
        }

        @Override
        public void onWebSocketText(String text) {
            try {
                JsonNode message = mapper.readTree(text);
                switch (message.path("op").asInt()) {
                    case IDENTIFY -> identify(message.path("d").path("token").asText());
                    case HEARTBEAT ->
                        getSession()
                                .sendText(
                                        message(HEARTBEAT_ACKNOWLEDGED, mapper.nullNode())
                                                .toString(),
                                        Callback.NOOP);
                    default -> {}
                }
            } catch (JsonProcessingException e) {
                getSession().close(4002, "Error while decoding payload.", Callback.NOOP);
            }
        }

        private void identify(String given) {
            Session own = getSession();
            if (!given.equals(token)) {
                own.close(AUTHENTICATION_FAILED, "Authentication failed.", Callback.NOOP);
                return;
            }
            dispatch(own, "READY", payloads.ready(url));
            dispatch(own, "GUILD_CREATE", payloads.server());
            session = own;
            identified.countDown();
        }

        @Override
        public void onWebSocketError(Throwable cause) {
            // A bot may disconnect without closing the websocket; that is not an error here.
        }
    }
}
