package io.github.geminipool.wire.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.genai.Client;
import com.google.genai.gaos.models.interactions.CreateModelInteraction;
import com.google.genai.gaos.models.interactions.InteractionsInput;
import com.google.genai.gaos.models.interactions.Model;
import com.google.genai.gaos.models.operations.CreateInteractionRequestBody;
import com.google.genai.gaos.models.operations.GetInteractionByIdRequest;
import com.google.genai.types.BatchJobSource;
import com.google.genai.types.CachedContent;
import com.google.genai.types.Content;
import com.google.genai.types.File;
import com.google.genai.types.FileSearch;
import com.google.genai.types.FileSearchStore;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateVideosOperation;
import com.google.genai.types.GenerateVideosSource;
import com.google.genai.types.InlinedRequest;
import com.google.genai.types.ListFilesConfig;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import com.google.genai.types.TuningDataset;
import com.google.genai.types.TuningExample;
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

    private static String tunedModel(Client client) {
        return client.tunings
                .tune(
                        "m",
                        TuningDataset.builder()
                                .examples(TuningExample.builder()
                                        .textInput("1")
                                        .output("2")
                                        .build())
                                .build(),
                        null)
                .name()
                .orElseThrow();
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

    private static GenerateVideosOperation video(Client client) {
        return client.models.generateVideos(
                "veo", GenerateVideosSource.builder().prompt("A sky").build(), null);
    }

    private static String interact(Client client, CreateModelInteraction.Builder interaction) {
        return client.interactions
                .create(CreateInteractionRequestBody.of(interaction
                        .model(Model.of("m"))
                        .input(InteractionsInput.of("Hi"))
                        .build()))
                .interaction()
                .orElseThrow()
                .id()
                .orElseThrow();
    }

    /** A resource and a way to use it. */
    @SuppressWarnings("ImmutableEnumChecker") // The functions have no state.
    private enum Used {
        FILE(pool -> {
            String name = upload(pool.client()).name().orElseThrow();
            return () -> pool.client().files.get(name, null);
        }),
        FILE_ASYNC(pool -> {
            String name = upload(pool.client()).name().orElseThrow();
            return () -> pool.client().async.files.get(name, null).join();
        }),
        FILE_IN_A_PROMPT(pool -> {
            Content prompt = about(upload(pool.client()));
            return () -> pool.client().models.generateContent("m", prompt, null);
        }),
        FILE_IN_A_PROMPT_ASYNC(pool -> {
            Content prompt = about(upload(pool.client()));
            return () -> pool.client()
                    .async
                    .models
                    .generateContent("m", prompt, null)
                    .join();
        }),
        FILE_IN_A_STREAM(pool -> {
            Content prompt = about(upload(pool.client()));
            return () -> pool.client()
                    .models
                    .generateContentStream("m", prompt, null)
                    .forEach(part -> {});
        }),
        FILE_THROUGH_THE_FACADE(pool -> {
            GenerationRequest request =
                    GenerationRequest.of(about(upload(pool.client()))).model("m");
            return () -> pool.generateContent(request);
        }),
        FILE_IN_A_COUNT(pool -> {
            Content prompt = about(upload(pool.client()));
            return () -> pool.client().models.countTokens("m", List.of(prompt), null);
        }),
        FILE_IN_A_BATCH(pool -> {
            String name = upload(pool.client()).name().orElseThrow();
            return () -> pool.client()
                    .batches
                    .create("m", BatchJobSource.builder().fileName(name).build(), null);
        }),
        CACHE(pool -> {
            String name = cache(pool.client()).name().orElseThrow();
            return () -> pool.client().caches.get(name, null);
        }),
        CACHE_UPDATED(pool -> {
            String name = cache(pool.client()).name().orElseThrow();
            return () -> pool.client()
                    .caches
                    .update(
                            name,
                            UpdateCachedContentConfig.builder()
                                    .ttl(Duration.ofMinutes(9))
                                    .build());
        }),
        CACHE_IN_A_PROMPT(pool -> {
            GenerateContentConfig config = with(cache(pool.client()));
            return () -> pool.client().models.generateContent("m", "Hi", config);
        }),
        CACHE_IN_A_PROMPT_ASYNC(pool -> {
            GenerateContentConfig config = with(cache(pool.client()));
            return () -> pool.client()
                    .async
                    .models
                    .generateContent("m", "Hi", config)
                    .join();
        }),
        TUNED_MODEL(pool -> {
            String name = tunedModel(pool.client());
            return () -> pool.client().tunings.get(name, null);
        }),
        TUNED_MODEL_AS_MODEL(pool -> {
            String name = tunedModel(pool.client());
            return () -> pool.client().models.generateContent(name, "Hi", null);
        }),
        BATCH(pool -> {
            String name = batch(pool.client());
            return () -> pool.client().batches.get(name, null);
        }),
        BATCH_ASYNC(pool -> {
            String name = batch(pool.client());
            return () -> pool.client().async.batches.get(name, null).join();
        }),
        BATCH_CANCELLED(pool -> {
            String name = batch(pool.client());
            return () -> pool.client().batches.cancel(name, null);
        }),
        STORE(pool -> {
            String name = store(pool.client());
            return () -> pool.client().fileSearchStores.get(name, null);
        }),
        STORE_FILLED(pool -> {
            String name = store(pool.client());
            return () -> pool.client().fileSearchStores.importFile(name, "files/any", null);
        }),
        STORE_IN_A_PROMPT(pool -> {
            GenerateContentConfig config = searching(store(pool.client()));
            return () -> pool.client().models.generateContent("m", "Hi", config);
        }),
        OPERATION(pool -> {
            GenerateVideosOperation video = video(pool.client());
            return () -> pool.client().operations.getVideosOperation(video, null);
        }),
        INTERACTION(pool -> {
            String id = interact(pool.client(), CreateModelInteraction.builder());
            return () -> pool.client()
                    .interactions
                    .get(GetInteractionByIdRequest.builder().id(id).build());
        }),
        INTERACTION_GOING_ON(pool -> {
            String id = interact(pool.client(), CreateModelInteraction.builder());
            return () ->
                    interact(pool.client(), CreateModelInteraction.builder().previousInteractionId(id));
        });

        private final Maker maker;

        Used(Maker maker) {
            this.maker = maker;
        }
    }

    /** Creates a resource. */
    @FunctionalInterface
    private interface Maker {
        /** Creates it, and returns an action that uses it. */
        Runnable make(GeminiPool pool);
    }

    @ParameterizedTest
    @EnumSource(Used.class)
    void aResourceIsUsedOnTheProjectThatMadeIt(Used used) {
        // Another project creates one too, so that the owner is not simply the last project used.
        Runnable use = used.maker.make(pool);
        String owner = lastKey();
        used.maker.make(pool);
        int before = simulator.requests().size();

        for (int i = 0; i < 4; i++) {
            use.run();
        }

        assertThat(since(before))
                .hasSize(4)
                .extracting(RequestRecord::key, RequestRecord::status)
                .containsOnly(tuple(owner, 200));
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
