package io.github.geminipool.samples.discordbot.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The parts of Discord that the bot needs, on a free port of the loopback interface: one server with one channel whose
 * members send slash commands. Records what the bot sends. Thread-safe.
 */
public final class FakeDiscord implements AutoCloseable {

    private static final String TOKEN = "fake-token";
    private static final long EPOCH_OF_DISCORD = 1_420_070_400_000L;

    private final ObjectMapper mapper = new ObjectMapper();
    private final Payloads payloads = new Payloads(mapper);
    private final Gateway gateway = new Gateway(mapper, payloads, TOKEN);
    private final CompletableFuture<JsonNode> commands = new CompletableFuture<>();
    private final RestApi api = new RestApi(mapper, payloads, commands::complete);
    private final List<RestCall> calls = new CopyOnWriteArrayList<>();
    private final List<Refusal> refusals = new CopyOnWriteArrayList<>();
    private final List<String> pings = new CopyOnWriteArrayList<>();
    private final List<Consumer<RestCall>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong ids = new AtomicLong();
    private final LoopbackServer server;

    private FakeDiscord() {
        server = new LoopbackServer(this, gateway, mapper);
    }

    /** Starts a fake Discord. */
    public static FakeDiscord start() {
        return new FakeDiscord();
    }

    /** Returns the token of the only bot it accepts. */
    public String token() {
        return TOKEN;
    }

    /** Returns the base URL of its REST API. */
    public String restUrl() {
        return "http://" + server.address() + LoopbackServer.REST;
    }

    /** Returns the URL of its gateway. */
    public String gatewayUrl() {
        return "ws://" + server.address() + LoopbackServer.GATEWAY;
    }

    /** Waits for the bot to register its commands and returns them. */
    public List<JsonNode> commands() {
        JsonNode registered = commands.copy().orTimeout(20, TimeUnit.SECONDS).join();
        return StreamSupport.stream(registered.spliterator(), false).toList();
    }

    /**
     * Returns a command as the bot has registered it.
     *
     * @param name in any language
     * @return a missing node if there is no such command
     */
    public JsonNode command(String name) {
        return commands().stream()
                .filter(command -> isCalled(command, name))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /**
     * Sends a slash command from a member of the server.
     *
     * @param command its name, in any registered language
     * @param options values by option name
     * @throws IllegalArgumentException if there is no such command
     */
    public Interaction send(Member who, String command, Map<String, String> options) {
        return send(new Interaction(newSnowflake(), who, false), command, options);
    }

    /** Like {@link #send}, in a private channel between the user and the bot. */
    public Interaction sendPrivately(Member who, String command, Map<String, String> options) {
        return send(new Interaction(newSnowflake(), who, true), command, options);
    }

    private Interaction send(Interaction interaction, String command, Map<String, String> options) {
        JsonNode known = command(command);
        if (known.isMissingNode()) {
            throw new IllegalArgumentException("Unknown command: /" + command);
        }
        api.expect(interaction);
        gateway.dispatch("INTERACTION_CREATE", payloads.interaction(interaction, known, options));
        return interaction;
    }

    private static boolean isCalled(JsonNode command, String name) {
        for (JsonNode localized : command.path("name_localizations")) {
            if (localized.asText().equals(name)) {
                return true;
            }
        }
        return command.path("name").asText().equals(name);
    }

    /** Ids contain their creation time; for an interaction, JDA derives the reply deadline from it. */
    private String newSnowflake() {
        long time = Instant.now().toEpochMilli() - EPOCH_OF_DISCORD;
        return String.valueOf((time << 22) | (ids.incrementAndGet() & 0xFFF));
    }

    /** Rejects the next matching call, once. */
    public void refuse(Refusal refusal) {
        refusals.add(refusal);
    }

    /** Cancels all pending rejections. */
    public void refuseNothing() {
        refusals.clear();
    }

    /** Returns all calls so far. */
    public List<RestCall> calls() {
        return List.copyOf(calls);
    }

    /** Returns all mentions that have notified someone so far. */
    public List<String> pings() {
        return List.copyOf(pings);
    }

    /** Adds a listener that is called for each call, before the response is sent. */
    public void onCall(Consumer<RestCall> listener) {
        listeners.add(listener);
    }

    RestApi.Answer answer(String method, String path, Body body) {
        Refusal refusal = refusal(new RestCall(method, path, body.json(), body.files(), 200));
        RestApi.Answer answer =
                refusal == null ? api.answer(method, path, body) : new RestApi.Answer(refusal.status(), refusal.body());
        keep(new RestCall(method, path, body.json(), body.files(), answer.status()));
        return answer;
    }

    private @Nullable Refusal refusal(RestCall call) {
        Refusal found = refusals.stream()
                .filter(refusal -> refusal.which().test(call))
                .findFirst()
                .orElse(null);
        return found != null && refusals.remove(found) ? found : null;
    }

    private void keep(RestCall call) {
        if (call.status() < 300) {
            pings.addAll(Pings.of(call.body().has("data") ? call.body().get("data") : call.body()));
        }
        calls.add(call);
        listeners.forEach(listener -> listener.accept(call));
        Interaction interaction = api.interaction(call.path());
        if (interaction != null) {
            interaction.called(call);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
