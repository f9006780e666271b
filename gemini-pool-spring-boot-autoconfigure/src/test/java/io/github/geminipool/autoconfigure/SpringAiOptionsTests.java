package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.CallScope;
import io.github.geminipool.spi.CallerResolver;
import io.github.geminipool.spi.KeyChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.google.genai.GoogleGenAiChatModel;
import org.springframework.ai.google.genai.GoogleGenAiChatOptions;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;

/** Options and callers of Spring AI's calls, whose streams may run on other threads. */
@Tag("sdk")
@Timeout(60)
class SpringAiOptionsTests {

    private static final CallOptions SECOND = CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyKeys(Set.of("Key #2")));

    private static final String FUNCTION_CALL = "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":"
            + "[{\"functionCall\":{\"name\":\"time\",\"args\":{}}}]},\"finishReason\":\"STOP\"}],"
            + "\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":1,\"totalTokenCount\":2},"
            + "\"modelVersion\":\"m\"}";

    private static final GeminiSimulator SIMULATOR = GeminiSimulator.builder()
            .key("first-secret")
            .key("second-secret")
            .key("third-secret")
            .start();

    private static final List<@Nullable String> CALLERS = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private static ConfigurableApplicationContext context;

    @SuppressWarnings("NullAway.Init")
    private static GeminiPool pool;

    @BeforeAll
    static void start() {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setRegisterShutdownHook(false);
        context = application.run(
                "--spring.reactor.context-propagation=auto",
                "--gemini.pool.keys=first-secret,second-secret,third-secret",
                "--gemini.pool.selection=round-robin",
                "--gemini.pool.base-url=" + SIMULATOR.baseUrl());
        pool = context.getBean(GeminiPool.class);
    }

    @AfterAll
    static void stop() {
        context.close();
        SIMULATOR.close();
        Hooks.disableAutomaticContextPropagation();
    }

    @BeforeEach
    void reset() {
        SIMULATOR.clearFaults();
        SIMULATOR.resetLog();
        CALLERS.clear();
        SecurityContextHolder.setContext(new SecurityContextImpl(
                UsernamePasswordAuthenticationToken.authenticated("ada", "", AuthorityUtils.NO_AUTHORITIES)));
    }

    @AfterEach
    void thisThreadIsInNoScope() {
        SecurityContextHolder.clearContext();
        assertThat(CallScope.current()).isNull();
    }

    private static ChatClient chat() {
        return context.getBean(ChatClient.Builder.class).build();
    }

    private static List<String> servedBy() {
        return SIMULATOR.requests().stream().map(RequestRecord::key).toList();
    }

    private static String text(Flux<String> parts) {
        return String.join("", parts.collectList().blockOptional().orElseThrow());
    }

    private static Flux<String> streamElsewhere(ChatClient chat) {
        return chat.prompt("Why is the sky blue?").stream().content().subscribeOn(Schedulers.boundedElastic());
    }

    @Test
    void aBlocksCalls() {
        for (int i = 0; i < 3; i++) {
            pool.within(
                    SECOND,
                    () -> assertThat(
                                    chat().prompt("Why is the sky blue?").call().content())
                            .isNotBlank());
        }
        assertThat(servedBy()).hasSize(3).containsOnly("second-secret");
        assertThat(CALLERS).hasSize(3).containsOnly("ada");
    }

    @Test
    void aBlocksStreamsOnOtherThreads() {
        for (int i = 0; i < 3; i++) {
            assertThat(pool.within(SECOND, () -> text(streamElsewhere(chat())))).isNotBlank();
        }
        assertThat(servedBy()).hasSize(3).containsOnly("second-secret");
        assertThat(CALLERS).hasSize(3).containsOnly("ada");
    }

    /** Those threads serve others afterwards. */
    @Test
    void nothingIsLeftOnOtherThreads() {
        aBlocksStreamsOnOtherThreads();
        SecurityContextHolder.clearContext();
        SIMULATOR.resetLog();
        CALLERS.clear();
        for (int i = 0; i < 3; i++) {
            assertThat(text(streamElsewhere(chat()))).isNotBlank();
        }
        assertThat(servedBy()).containsExactlyInAnyOrder("first-secret", "second-secret", "third-secret");
        assertThat(CALLERS).hasSize(3).containsOnlyNulls();
    }

    /** Spring AI runs tools, and asks Gemini again, on another thread. */
    @Test
    void streamsThatCallTools() {
        List<String> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SIMULATOR.clearFaults();
            SIMULATOR.fault(
                    Fault.when().first(1).body(200, "text/event-stream", "data: " + FUNCTION_CALL + "\r\n\r\n"));
            assertThat(pool.within(
                            SECOND,
                            () -> text(chat().prompt("What time is it?").tools(new Clock(threads)).stream()
                                    .content())))
                    .isNotBlank();
        }
        assertThat(threads).hasSize(3).doesNotContain(Thread.currentThread().getName());
        assertThat(servedBy()).hasSize(6).containsOnly("second-secret");
        assertThat(CALLERS).hasSize(6).containsOnly("ada");
    }

    @Test
    void aModelOverAView() {
        ChatClient second = ChatClient.create(GoogleGenAiChatModel.builder()
                .genAiClient(pool.client(SECOND))
                .options(GoogleGenAiChatOptions.builder()
                        .model("gemini-flash-latest")
                        .build())
                .build());
        for (int i = 0; i < 3; i++) {
            assertThat(second.prompt("Why is the sky blue?").call().content()).isNotBlank();
            assertThat(text(streamElsewhere(second))).isNotBlank();
        }
        assertThat(servedBy()).hasSize(6).containsOnly("second-secret");
    }

    /** A tool that the model calls. */
    static final class Clock {

        private final List<String> threads;

        Clock(List<String> threads) {
            this.threads = threads;
        }

        @Tool
        String time() {
            threads.add(Thread.currentThread().getName());
            return "noon";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        /** The principal's, seen by the test. */
        @Bean
        CallerResolver principal() {
            CallerResolver principal = new PrincipalCallerResolver();
            return () -> {
                String caller = principal.caller();
                CALLERS.add(caller);
                return caller;
            };
        }
    }
}
