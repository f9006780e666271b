package io.github.geminipool.wire.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.genai.Client;
import com.google.genai.types.CachedContent;
import com.google.genai.types.Content;
import com.google.genai.types.CreateCachedContentConfig;
import com.google.genai.types.File;
import com.google.genai.types.Part;
import com.google.genai.types.UploadFileConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A simulator of three projects, one of which has a second key, and a pool on it. Keys take turns, so that without affinity
 * every other call would go to another project.
 */
abstract class AffinityFixture {

    static final String FIRST = PoolInvariants.secretOf("first");
    static final String SECOND = PoolInvariants.secretOf("second");
    static final String THIRD = PoolInvariants.secretOf("third");

    /** Another key of the second key's project, used by another process. */
    static final String ELSEWHERE = PoolInvariants.secretOf("elsewhere");

    private static final Pattern NAME = Pattern.compile("\"name\"\\s*:\\s*\"([^\"]+)\"");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    final RecordingListener events = new RecordingListener();
    GeminiSimulator simulator;
    GeminiPool pool;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(FIRST)
                .key(SECOND, key -> key.project("second"))
                .key(THIRD)
                .key(ELSEWHERE, key -> key.project("second")));
        pool = pool(FIRST, SECOND, THIRD);
    }

    /** Builds a pool of keys that take turns, each in a project of the same name. */
    GeminiPool pool(String... secrets) {
        return invariants.pool(simulator, b -> {
            for (String secret : secrets) {
                b.key(ApiKey.of(secret).named(nameOf(secret)).inProject(nameOf(secret)));
            }
            b.settings(b.settings().withSelection(Selection.ROUND_ROBIN));
            b.listener(events);
        });
    }

    private static String nameOf(String secret) {
        return secret.equals(FIRST) ? "first" : secret.equals(THIRD) ? "third" : "second";
    }

    /** Creates a resource. */
    @FunctionalInterface
    interface Maker {
        /** Creates it, and returns an action that uses it. */
        Runnable make(GeminiPool pool, String baseUrl);
    }

    void assertUsedOnTheProjectThatMadeIt(Maker maker) {
        // Another project creates one too, so that the owner is not simply the last project used.
        Runnable use = maker.make(pool, simulator.baseUrl());
        String owner = lastKey();
        maker.make(pool, simulator.baseUrl());
        int before = simulator.requests().size();

        for (int i = 0; i < 4; i++) {
            use.run();
        }

        assertThat(since(before))
                .hasSize(4)
                .extracting(RequestRecord::key, RequestRecord::status)
                .containsOnly(tuple(owner, 200));
    }

    /** Creates a resource without the SDK; returns its name. */
    static String created(GeminiPool pool, String url, String json) {
        String created = send(
                pool, new Request.Builder().post(RequestBody.create(json, MediaType.get("application/json"))), url);
        Matcher name = NAME.matcher(created);
        assertThat(name.find()).as(created).isTrue();
        return name.group(1);
    }

    static void get(GeminiPool pool, String url) {
        send(pool, new Request.Builder(), url);
    }

    private static String send(GeminiPool pool, Request.Builder request, String url) {
        try (Response response =
                pool.httpClient().newCall(request.url(url).build()).execute()) {
            assertThat(response.code()).isEqualTo(200);
            return response.body().string();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static File upload(Client client) {
        return client.files.upload(
                new byte[10], UploadFileConfig.builder().mimeType("text/plain").build());
    }

    static CachedContent cache(Client client) {
        return client.caches.create(
                "m",
                CreateCachedContentConfig.builder()
                        .contents(Content.fromParts(Part.fromText("x".repeat(400))))
                        .ttl(Duration.ofMinutes(5))
                        .build());
    }

    static Content about(File file) {
        return Content.fromParts(
                Part.fromUri(file.uri().orElseThrow(), "text/plain"), Part.fromText("What does it say?"));
    }

    /** Uploads a file to the project of a key, through the pool. */
    File uploadedBy(String key) {
        File file = upload(pool.client());
        for (int i = 0; i < 3 && !lastKey().equals(key); i++) {
            file = upload(pool.client());
        }
        assertThat(lastKey()).isEqualTo(key);
        return file;
    }

    String lastKey() {
        List<RequestRecord> all = simulator.requests();
        return all.get(all.size() - 1).key();
    }

    List<RequestRecord> since(int before) {
        List<RequestRecord> all = simulator.requests();
        return all.subList(before, all.size());
    }

    List<String> keysSince(int before) {
        return since(before).stream().map(RequestRecord::key).toList();
    }
}
