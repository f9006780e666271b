package io.github.geminipool.wire.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.genai.Client;
import com.google.genai.types.BatchJobSource;
import com.google.genai.types.CachedContent;
import com.google.genai.types.Content;
import com.google.genai.types.File;
import com.google.genai.types.FileSearch;
import com.google.genai.types.FileSearchStore;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.InlinedRequest;
import com.google.genai.types.ListFilesConfig;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import com.google.genai.types.UpdateCachedContentConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.PooledChat;
import io.github.geminipool.simulator.RequestRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A request that names a resource goes to the project that owns it, wherever the name is. */
@Tag("wire")
@Tag("sdk")
@Timeout(60)
class AffinityWireTest extends AffinityFixture {

    private static GenerateContentConfig with(CachedContent cache) {
        return GenerateContentConfig.builder()
                .cachedContent(cache.name().orElseThrow())
                .build();
    }

    private static String batch(Client client) {
        return client.batches
                .create(
                        "m",
                        BatchJobSource.builder()
                                .inlinedRequests(InlinedRequest.builder()
                                        .contents(Content.fromParts(Part.fromText("Hi")))
                                        .build())
                                .build(),
                        null)
                .name()
                .orElseThrow();
    }

    /** Not every version of the SDK makes tuned models for API keys. */
    private static String tunedModel(GeminiPool pool, String url) {
        return created(
                        pool,
                        url + "/v1beta/tunedModels",
                        "{\"baseModel\":\"models/m\",\"tuningTask\":{\"trainingData\":{\"examples\":{\"examples\":"
                                + "[{\"textInput\":\"1\",\"output\":\"2\"}]}}}}")
                .replaceFirst("/operations/.*", "");
    }

    private static String store(Client client) {
        FileSearchStore store = client.fileSearchStores.create(null);
        return store.name().orElseThrow();
    }

    private static GenerateContentConfig searching(String store) {
        return GenerateContentConfig.builder()
                .tools(Tool.builder()
                        .fileSearch(
                                FileSearch.builder().fileSearchStoreNames(store).build())
                        .build())
                .build();
    }

    /** Not every version of the SDK makes videos for API keys. */
    private static String video(GeminiPool pool, String url) {
        return created(pool, url + "/v1beta/models/veo:predictLongRunning", "{\"instances\":[{\"prompt\":\"A sky\"}]}");
    }

    /** A resource and a way to use it. */
    @SuppressWarnings("ImmutableEnumChecker") // The functions have no state.
    private enum Used {
        FILE((pool, url) -> {
            String name = upload(pool.client()).name().orElseThrow();
            return () -> pool.client().files.get(name, null);
        }),
        FILE_ASYNC((pool, url) -> {
            String name = upload(pool.client()).name().orElseThrow();
            return () -> pool.client().async.files.get(name, null).join();
        }),
        FILE_IN_A_PROMPT((pool, url) -> {
            Content prompt = about(upload(pool.client()));
            return () -> pool.client().models.generateContent("m", prompt, null);
        }),
        FILE_IN_A_PROMPT_ASYNC((pool, url) -> {
            Content prompt = about(upload(pool.client()));
            return () -> pool.client()
                    .async
                    .models
                    .generateContent("m", prompt, null)
                    .join();
        }),
        FILE_IN_A_STREAM((pool, url) -> {
            Content prompt = about(upload(pool.client()));
            return () -> pool.client()
                    .models
                    .generateContentStream("m", prompt, null)
                    .forEach(part -> {});
        }),
        FILE_THROUGH_THE_FACADE((pool, url) -> {
            GenerationRequest request =
                    GenerationRequest.of(about(upload(pool.client()))).model("m");
            return () -> pool.generateContent(request);
        }),
        FILE_IN_A_COUNT((pool, url) -> {
            Content prompt = about(upload(pool.client()));
            return () -> pool.client().models.countTokens("m", List.of(prompt), null);
        }),
        FILE_IN_A_BATCH((pool, url) -> {
            String name = upload(pool.client()).name().orElseThrow();
            return () -> pool.client()
                    .batches
                    .create("m", BatchJobSource.builder().fileName(name).build(), null);
        }),
        CACHE((pool, url) -> {
            String name = cache(pool.client()).name().orElseThrow();
            return () -> pool.client().caches.get(name, null);
        }),
        CACHE_UPDATED((pool, url) -> {
            String name = cache(pool.client()).name().orElseThrow();
            return () -> pool.client()
                    .caches
                    .update(
                            name,
                            UpdateCachedContentConfig.builder()
                                    .ttl(Duration.ofMinutes(9))
                                    .build());
        }),
        CACHE_IN_A_PROMPT((pool, url) -> {
            GenerateContentConfig config = with(cache(pool.client()));
            return () -> pool.client().models.generateContent("m", "Hi", config);
        }),
        CACHE_IN_A_PROMPT_ASYNC((pool, url) -> {
            GenerateContentConfig config = with(cache(pool.client()));
            return () -> pool.client()
                    .async
                    .models
                    .generateContent("m", "Hi", config)
                    .join();
        }),
        TUNED_MODEL((pool, url) -> {
            String name = tunedModel(pool, url);
            return () -> get(pool, url + "/v1beta/" + name);
        }),
        TUNED_MODEL_AS_MODEL((pool, url) -> {
            String name = tunedModel(pool, url);
            return () -> pool.client().models.generateContent(name, "Hi", null);
        }),
        BATCH((pool, url) -> {
            String name = batch(pool.client());
            return () -> pool.client().batches.get(name, null);
        }),
        BATCH_ASYNC((pool, url) -> {
            String name = batch(pool.client());
            return () -> pool.client().async.batches.get(name, null).join();
        }),
        BATCH_CANCELLED((pool, url) -> {
            String name = batch(pool.client());
            return () -> pool.client().batches.cancel(name, null);
        }),
        STORE((pool, url) -> {
            String name = store(pool.client());
            return () -> pool.client().fileSearchStores.get(name, null);
        }),
        STORE_FILLED((pool, url) -> {
            String name = store(pool.client());
            return () -> pool.client().fileSearchStores.importFile(name, "files/any", null);
        }),
        STORE_IN_A_PROMPT((pool, url) -> {
            GenerateContentConfig config = searching(store(pool.client()));
            return () -> pool.client().models.generateContent("m", "Hi", config);
        }),
        OPERATION((pool, url) -> {
            String name = video(pool, url);
            return () -> get(pool, url + "/v1beta/" + name);
        });

        private final Maker maker;

        Used(Maker maker) {
            this.maker = maker;
        }
    }

    @ParameterizedTest
    @EnumSource(Used.class)
    void aResourceIsUsedOnTheProjectThatMadeIt(Used used) {
        assertUsedOnTheProjectThatMadeIt(used.maker);
    }

    @Test
    void requestsWithoutResourcesStillRotate() {
        upload(pool.client());
        int before = simulator.requests().size();

        for (int i = 0; i < 3; i++) {
            pool.client().models.generateContent("m", "files/abc is no file here", null);
        }

        assertThat(keysSince(before)).containsExactlyInAnyOrder(FIRST, SECOND, THIRD);
    }

    @Test
    void thePagesOfAListComeFromOneProject() {
        for (int i = 0; i < 9; i++) {
            upload(pool.client());
        }
        int before = simulator.requests().size();

        List<File> files = new ArrayList<>();
        pool.client().files.list(ListFilesConfig.builder().pageSize(1).build()).forEach(files::add);

        assertThat(files).hasSize(3).doesNotHaveDuplicates();
        assertThat(keysSince(before)).containsOnly(lastKey());
    }

    @Test
    void aChatAboutAFileStaysWithItsOwner() {
        upload(pool.client());
        File file = uploadedBy(SECOND);
        int before = simulator.requests().size();

        PooledChat chat = pool.createChat("m");
        chat.send(GenerationRequest.of(about(file)));
        chat.send("And then?");
        var ofTheSdk = pool.client().chats.create("m");
        ofTheSdk.sendMessage(about(file));
        ofTheSdk.sendMessage("And then?");

        assertThat(since(before))
                .hasSize(4)
                .extracting(RequestRecord::key, RequestRecord::status)
                .containsOnly(tuple(SECOND, 200));
    }
}
