package io.github.geminipool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.failure.Failure;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.failure.PoolExhaustedException;
import io.github.geminipool.failure.Scope;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Secret;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.testing.PoolInvariants;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The examples in Javadoc equal the code between the markers, which compiles and works. */
@Timeout(60)
class JavadocExamplesTest {

    private static final Logger log = LoggerFactory.getLogger(JavadocExamplesTest.class);
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path THIS = Path.of("src/test/java/io/github/geminipool/JavadocExamplesTest.java");
    private static final String KEY = PoolInvariants.secretOf("one");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    private final GenerationRequest request = GenerationRequest.of("Why is the sky blue?");
    private final Stream<String> prompts = Stream.of("Why is the sky blue?", "And why is it dark at night?");
    private GeminiSimulator simulator;
    private GeminiPool pool;

    private interface Assistant {
        String answer(String question);
    }

    private interface Bar {
        void update(long done, long total);
    }

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(KEY));
        pool = invariants.pool(simulator, b -> b.key(KEY));
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void javadocHasTheseExamplesAndNoOthers() throws IOException {
        List<String> blocks = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                for (String block : find("(?ms)<pre>\\{@code\n(.*?)\n *\\* }</pre>", source)) {
                    blocks.add(block.replaceAll("(?m)^ *\\* ?", "").stripIndent());
                }
            }
        }
        assertThat(blocks).hasSizeGreaterThan(5);
        assertThat(blocks)
                .containsExactlyInAnyOrderElementsOf(find("(?ms)^ *// JAVADOC\n(.*?)\n *// end$", THIS).stream()
                        .map(String::stripIndent)
                        .toList());
    }

    private static List<String> find(String pattern, Path file) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** Compiled only: it would call Google. */
    static void pool(String first, String second) {
        // JAVADOC
        try (GeminiPool pool = GeminiPool.builder().key(first).key(second).build()) {
            System.out.println(pool.generateContent("Why is the sky blue?").text());
        }
        // end
    }

    @Test
    void requestWithOptions() {
        // JAVADOC
        GenerationRequest request = GenerationRequest.of("Why is the sky blue?")
                .model("gemini-flash-latest")
                .temperature(0.9f)
                .maxAttempts(5)
                .notProjects("reserve");
        // end
        assertThat(pool.generateContent(request).text()).contains("sky");
    }

    @Test
    void result() {
        // JAVADOC
        GenerationResult result = pool.tryGenerateContent(request);
        String said = result.isSuccess() ? result.text() : "failed with " + result.failure();
        log.info("{}, attempts: {}: {}", result.keyName(), result.attempts(), said);
        // end
        assertThat(invariants.logged()).anyMatch(line -> line.contains("Key #1, attempts: [AttemptEnded["));
    }

    private interface Alarm {
        void raise(Scope scope, String reason);
    }

    @Test
    void verdict() {
        List<String> raised = new ArrayList<>();
        Alarm alarm = (scope, reason) -> raised.add(scope + ": " + reason);
        simulator.fault(Fault.when().wire("402-prepay-depleted.json"));
        Throwable thrown = catchThrowable(() -> {
            // JAVADOC
            try {
                pool.generateContent(request);
            } catch (RuntimeException e) {
                Failure failure = Failure.of(e);
                if (failure != null && failure.kind() == FailureKind.BILLING) {
                    alarm.raise(failure.scope(), failure.reason());
                }
                throw e;
            }
            // end
        });
        assertThat(thrown).isInstanceOf(PoolExhaustedException.class);
        assertThat(raised).singleElement().asString().contains("billing account", "top it up");
    }

    @Test
    void future() {
        // JAVADOC
        CompletableFuture<Void> answer =
                pool.generateContentAsync(request).thenAccept(response -> out.println(response.text()));
        // end
        answer.join();
        assertThat(printed()).contains("sky");
    }

    @Test
    void stream() {
        // JAVADOC
        try (GenerationStream stream = pool.generateContentStream(request)) {
            stream.forEach(part -> out.print(part.text()));
        }
        // end
        assertThat(printed()).contains("sky");
    }

    @Test
    void chat() {
        // JAVADOC
        PooledChat chat = pool.createChat();
        chat.send("My name is Ada.");
        String answer = chat.send("What is my name?").text();
        log.info("{}, said {} on instance {}", answer, chat.keyName(), chat.instanceIndex());
        // end
        assertThat(invariants.logged()).anyMatch(line -> line.contains("What is my name?") && line.contains("Key #1"));
    }

    @Test
    void blockWithOptions() {
        String question = "Why is the sky blue?";
        Assistant assistant = asked -> String.valueOf(
                pool.client().models.generateContent("m", asked, null).text());
        // JAVADOC
        CallOptions forAda = CallOptions.NONE.withCaller("ada");
        String answer = pool.within(forAda, () -> assistant.answer(question));
        // end
        assertThat(answer).contains("sky");
    }

    @Test
    void keysAtRunTime() {
        String secret = PoolInvariants.secretOf("spare");
        String newSecret = PoolInvariants.secretOf("new");
        // JAVADOC
        pool.keys().add(ApiKey.of(secret).named("spare"));
        pool.keys().disable("key-a");
        pool.keys().replace("key-b", Secret.of(newSecret));
        // end
        assertThat(pool.keys().names()).contains("spare");
    }

    @Test
    void listOfRequests() {
        List<String> told = new ArrayList<>();
        Bar bar = (done, total) -> told.add(done + " of " + total);
        // JAVADOC
        List<GenerationRequest> requests = prompts.map(GenerationRequest::of).toList();
        List<GenerationResult> results = pool.generateAll(requests, p -> bar.update(p.done(), p.total()));
        // end
        assertThat(results).extracting(GenerationResult::isSuccess).containsExactly(true, true);
        assertThat(told).endsWith("2 of 2");
    }

    @Test
    void anyNumberOfRequests() {
        // JAVADOC
        Iterator<GenerationRequest> requests =
                prompts.map(GenerationRequest::of).iterator();
        pool.generateAll(requests)
                .onProgress(p -> log.info("{} done, {} failed, {} a second", p.done(), p.failed(), p.rate()))
                .forEach(result -> out.println(result.isSuccess() ? result.text() : result.failure()));
        // end
        assertThat(printed()).contains("sky").contains("dark");
        assertThat(invariants.logged()).anyMatch(line -> line.contains("2 done, 0 failed"));
    }
}
