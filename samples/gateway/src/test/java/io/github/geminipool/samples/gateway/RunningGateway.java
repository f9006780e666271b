package io.github.geminipool.samples.gateway;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.GeminiSimulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;

/** A gateway in this process, on a free port, with two keys of two projects. */
final class RunningGateway implements AutoCloseable {

    static final String KEY_ONE = "simulated-key-one";
    static final String KEY_TWO = "simulated-key-two";
    static final String ALICE = "token-of-alice-0123456789";
    static final String BOB = "token-of-bob-0123456789";
    static final String CAROL = "token-of-carol-0123456789";
    static final String PASSWORD = "the operator's password";
    static final String MODEL = "gemini-flash-latest";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final ConfigurableApplicationContext context;

    private RunningGateway(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static GeminiSimulator simulator() {
        return GeminiSimulator.builder()
                .key(KEY_ONE, key -> key.project("one"))
                .key(KEY_TWO, key -> key.project("two"))
                .start();
    }

    /** Starts a gateway without clients. */
    static RunningGateway open(String baseUrl, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--logging.level.root=warn",
                "--gemini.pool.base-url=" + baseUrl,
                "--gemini.pool.keys[0].value=" + KEY_ONE,
                "--gemini.pool.keys[0].name=one",
                "--gemini.pool.keys[0].project=one",
                "--gemini.pool.keys[1].value=" + KEY_TWO,
                "--gemini.pool.keys[1].name=two",
                "--gemini.pool.keys[1].project=two",
                "--gateway.pool-headers=true",
                "--gateway.wrong-token-delay=1ms",
                "--gateway.operator.password=" + PASSWORD));
        all.addAll(List.of(properties));
        SpringApplication application = GatewayApplication.application();
        application.addPrimarySources(List.of(OwnThreads.class));
        return new RunningGateway(application.run(lastOfEach(all)));
    }

    /** Spring joins the values of arguments that are given twice. */
    private static String[] lastOfEach(List<String> arguments) {
        Map<String, String> byName = new LinkedHashMap<>();
        arguments.forEach(argument -> byName.put(argument.substring(0, argument.indexOf('=')), argument));
        return byName.values().toArray(String[]::new);
    }

    /** Several gateways in one process must not share event loops, which the first one that is closed would end. */
    @TestConfiguration(proxyBeanMethods = false)
    static class OwnThreads {

        @Bean
        ReactorResourceFactory reactorResourceFactory() {
            ReactorResourceFactory factory = new ReactorResourceFactory();
            factory.setUseGlobalResources(false);
            factory.setShutdownQuietPeriod(Duration.ZERO);
            return factory;
        }
    }

    /** Starts a gateway with the clients alice, bob, and carol, who sees all. */
    static RunningGateway withClients(String baseUrl, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "--server.address=127.0.0.1",
                "--gateway.clients[0].name=alice",
                "--gateway.clients[0].token=" + ALICE,
                "--gateway.clients[1].name=bob",
                "--gateway.clients[1].token=" + BOB,
                "--gateway.clients[2].name=carol",
                "--gateway.clients[2].token=" + CAROL,
                "--gateway.clients[2].sees-all=true"));
        all.addAll(List.of(properties));
        return open(baseUrl, all.toArray(String[]::new));
    }

    int port() {
        return Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port", Integer.class));
    }

    String url() {
        return "http://localhost:" + port();
    }

    GeminiPool pool() {
        return bean(GeminiPool.class);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /**
     * Sends a request.
     *
     * @param token null for none
     * @param body null for none
     */
    HttpResponse<String> send(String method, String path, @Nullable String token, @Nullable String body) {
        HttpRequest.Builder request = request(method, path, body);
        if (token != null) {
            request.header("x-goog-api-key", token);
        }
        return send(request.build());
    }

    HttpRequest.Builder request(String method, String path, @Nullable String body) {
        return HttpRequest.newBuilder(URI.create(url() + path))
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String prompt(String text) {
        return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + text + "\"}]}]}";
    }

    static String generate() {
        return "/v1beta/models/" + MODEL + ":generateContent";
    }

    static String stream() {
        return "/v1beta/models/" + MODEL + ":streamGenerateContent?alt=sse";
    }

    @Override
    public void close() {
        context.close();
    }
}
