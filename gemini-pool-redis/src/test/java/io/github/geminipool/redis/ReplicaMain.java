package io.github.geminipool.redis;

import com.google.genai.types.Content;
import com.google.genai.types.File;
import com.google.genai.types.Part;
import com.google.genai.types.UploadFileConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Limits;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.stats.KeyUsage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A replica in a JVM of its own: does what it reads, line by line, and writes a line when it is done. See {@link ReplicaJvm}. */
final class ReplicaMain {

    static final String MODEL = "gemini-flash-latest";
    static final String PROMPT = "Whisper-quietly: an umbrella of velvet";
    static final String ANSWER = "answer ";

    /** A caller with limits, and how many calls it may make in a minute. */
    static final String CALLER = "Wolfgang-of-accounting";

    static final int CALLERS_LIMIT = 7;

    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private record Replica(GeminiPool pool, RedisSharedStore store) {}

    private final int redisPort;
    private final Map<String, Replica> replicas = new HashMap<>();

    private ReplicaMain(int redisPort) {
        this.redisPort = redisPort;
    }

    public static void main(String[] arguments) throws IOException {
        ReplicaMain main = new ReplicaMain(Integer.parseInt(arguments[0]));
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            System.out.println(ANSWER + main.answer(List.of(line.split(" ", -1))));
        }
        Runtime.getRuntime().halt(0);
    }

    private String answer(List<String> words) {
        String namespace = words.get(1);
        List<String> rest = words.subList(2, words.size());
        try {
            if (words.get(0).equals("open")) {
                replicas.put(namespace, open(namespace, rest));
                return "done";
            }
            Replica replica = Objects.requireNonNull(replicas.get(namespace), namespace);
            GeminiPool pool = replica.pool;
            return switch (words.get(0)) {
                case "members" -> String.valueOf(replica.store.members().count());
                case "call" -> call(pool, null, Integer.parseInt(rest.get(0)));
                case "call-as" -> call(pool, rest.get(1), Integer.parseInt(rest.get(0)));
                case "usable" -> String.valueOf(isUsable(pool, rest.get(0)));
                case "disable" -> String.valueOf(pool.keys().disable(rest.get(0)));
                case "enable" -> String.valueOf(pool.keys().enable(rest.get(0)));
                case "upload" -> upload(pool);
                case "about" -> about(pool, rest.get(0));
                default -> throw new IllegalArgumentException(words.get(0));
            };
        } catch (RuntimeException e) {
            return "failed: " + e;
        }
    }

    /** Takes the base URL, the requests per minute or 0, and keys as {@code name=secret@project}. */
    private Replica open(String namespace, List<String> rest) {
        RedisSharedStore store =
                RedisSharedStore.connect(TestClients.client(RedisServer.uri(redisPort)), namespace, TIMEOUT);
        GeminiPoolBuilder builder = GeminiPool.builder()
                .sharedStore(store)
                .caller(CallerLimits.of(CALLER).withRequestsPerMinute(CALLERS_LIMIT));
        for (String key : rest.subList(2, rest.size())) {
            String[] parts = key.split("[=@]", -1);
            builder.key(ApiKey.of(parts[1]).named(parts[0]).inProject(parts[2]));
        }
        int perMinute = Integer.parseInt(rest.get(1));
        builder.settings(builder.settings()
                .withBaseUrl(URI.create(rest.get(0)))
                .withSize(30)
                .withSelection(Selection.ROUND_ROBIN)
                .withAcquireTimeout(Duration.ofSeconds(1))
                .withLimits(perMinute == 0 ? Limits.NONE : Limits.NONE.withRequestsPerMinute(perMinute)));
        return new Replica(builder.build(), store);
    }

    /** Makes calls at the same time, and returns how many succeed. */
    private static String call(GeminiPool pool, @Nullable String caller, int times) {
        GenerationRequest anybodys = GenerationRequest.of(PROMPT).model(MODEL);
        GenerationRequest request = caller == null ? anybodys : anybodys.caller(caller);
        List<CompletableFuture<GenerationResult>> calls = Stream.generate(() -> pool.tryGenerateContentAsync(request))
                .limit(times)
                .toList();
        return String.valueOf(calls.stream()
                .map(CompletableFuture::join)
                .filter(GenerationResult::isSuccess)
                .count());
    }

    private static boolean isUsable(GeminiPool pool, String key) {
        return pool.keyStats().keys().stream()
                .filter(usage -> usage.key().equals(key))
                .allMatch(KeyUsage::usable);
    }

    private static String upload(GeminiPool pool) {
        File file = pool.client()
                .files
                .upload(
                        PROMPT.getBytes(StandardCharsets.UTF_8),
                        UploadFileConfig.builder().mimeType("text/plain").build());
        return file.uri().orElseThrow();
    }

    private static String about(GeminiPool pool, String uri) {
        pool.client()
                .models
                .generateContent(
                        MODEL, Content.fromParts(Part.fromUri(uri, "text/plain"), Part.fromText(PROMPT)), null);
        return "done";
    }
}
