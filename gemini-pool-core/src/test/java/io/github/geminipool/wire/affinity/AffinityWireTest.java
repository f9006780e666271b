package io.github.geminipool.wire.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import com.google.genai.Client;
import com.google.genai.errors.ApiException;
import com.google.genai.errors.ClientException;
import com.google.genai.gaos.models.interactions.CreateModelInteraction;
import com.google.genai.gaos.models.interactions.InteractionsInput;
import com.google.genai.gaos.models.interactions.Model;
import com.google.genai.gaos.models.operations.CreateInteractionRequestBody;
import com.google.genai.gaos.models.operations.GetInteractionByIdRequest;
import com.google.genai.types.BatchJobSource;
import com.google.genai.types.CachedContent;
import com.google.genai.types.Content;
import com.google.genai.types.CreateCachedContentConfig;
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
import com.google.genai.types.UploadFileConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.PooledChat;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.RecordingListener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A request that names a resource goes to the project that owns it, wherever the name is. Keys take turns, so that otherwise
 * every other call would go to another project.
 */
@Tag("wire")
@Timeout(60)
class AffinityWireTest {

    private static final String FIRST = PoolInvariants.secretOf("first");
    private static final String SECOND = PoolInvariants.secretOf("second");
    private static final String THIRD = PoolInvariants.secretOf("third");

    /** Another key of the second key's project, used by another process. */
    private static final String ELSEWHERE = PoolInvariants.secretOf("elsewhere");

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final RecordingListener events = new RecordingListener();
    private GeminiSimulator simulator;
    private GeminiPool pool;

    @BeforeEach
    void start() {
        simulator = invariants.simulator(b -> b.key(FIRST)
                .key(SECOND, key -> key.project("second"))
                .key(THIRD)
                .key(ELSEWHERE, key -> key.project("second")));
        pool = pool(FIRST, SECOND, THIRD);
    }

    /** Builds a pool of keys that take turns, each in a project of the same name. */
    private GeminiPool pool(String... secrets) {
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

    private static File upload(Client client) {
        return client.files.upload(
                new byte[10], UploadFileConfig.builder().mimeType("text/plain").build());
    }

    private static CachedContent cache(Client client) {
        return client.caches.create(
                "m",
                CreateCachedContentConfig.builder()
                        .contents(Content.fromParts(Part.fromText("x".repeat(400))))
                        .ttl(Duration.ofMinutes(5))
                        .build());
    }

    private static Content about(File file) {
        return Content.fromParts(
                Part.fromUri(file.uri().orElseThrow(), "text/plain"), Part.fromText("What does it say?"));
    }

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

    private String lastKey() {
        List<RequestRecord> all = simulator.requests();
        return all.get(all.size() - 1).key();
    }

    private List<RequestRecord> since(int before) {
        List<RequestRecord> all = simulator.requests();
        return all.subList(before, all.size());
    }

    private List<String> keysSince(int before) {
        return since(before).stream().map(RequestRecord::key).toList();
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

    /** Uploads a file to the project of a key, through the pool. */
    private File uploadedBy(String key) {
        File file = upload(pool.client());
        for (int i = 0; i < 3 && !lastKey().equals(key); i++) {
            file = upload(pool.client());
        }
        assertThat(lastKey()).isEqualTo(key);
        return file;
    }

    // Resources that the pool did not see being created: after a restart, or made by another process

    @Test
    void aResourceOfAnUnknownOwnerIsRequestedOnce() {
        File file = upload(pool(ELSEWHERE).client());
        int before = simulator.requests().size();

        Throwable thrown =
                catchThrowable(() -> pool.client().files.get(file.name().orElseThrow(), null));

        assertThat(invariants.saw(thrown))
                .isInstanceOfSatisfying(
                        ClientException.class, e -> assertThat(e.code()).isEqualTo(403))
                .hasMessageContaining("You do not have permission to access the File");
        assertThat(keysSince(before)).containsExactly(FIRST);
        assertThat(events.events(ScopeExcluded.class)).isEmpty();
        assertThat(pool.keyStats().usable()).isEqualTo(3);
    }

    @Test
    void anotherOfItsKindTellsWhereItMostLikelyIs() {
        File other = upload(pool(ELSEWHERE).client());
        pool.client().files.list(ListFilesConfig.builder().build());
        uploadedBy(SECOND);
        cache(pool.client());
        assertThat(lastKey()).as("the last of another kind").isEqualTo(THIRD);
        int before = simulator.requests().size();

        pool.client().files.get(other.name().orElseThrow(), null);

        assertThat(keysSince(before)).containsExactly(SECOND);
    }

    @Test
    void aListShowsTheOwnerOfItsItems() {
        GeminiPool elsewhere = pool(ELSEWHERE);
        File file = upload(elsewhere.client());
        File another = upload(elsewhere.client());
        List<String> listed = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pool.client()
                    .files
                    .list(ListFilesConfig.builder().build())
                    .forEach(each -> listed.add(each.name().orElseThrow()));
        }
        assertThat(listed)
                .containsExactlyInAnyOrder(
                        file.name().orElseThrow(), another.name().orElseThrow());
        upload(pool.client());
        assertThat(lastKey()).as("the likeliest").isNotEqualTo(SECOND);
        int before = simulator.requests().size();

        pool.client().files.get(file.name().orElseThrow(), null);
        pool.client().models.generateContent("m", about(another), null);

        assertThat(keysSince(before)).containsExactly(SECOND, SECOND);
    }

    @Test
    void aSuccessfulPromptShowsTheOwnerOfItsResources() {
        File file = upload(pool(ELSEWHERE).client());
        uploadedBy(FIRST);
        int before = simulator.requests().size();

        pool.generateContent(GenerationRequest.of(about(file)).model("m").onlyProjects("second"));
        pool.client().models.generateContent("m", about(file), null);
        pool.client().files.get(file.name().orElseThrow(), null);

        assertThat(keysSince(before)).containsExactly(SECOND, SECOND, SECOND);
    }

    // The wrong project.

    /** Sends a request in which the pool does not see the names of resources. */
    private int askUnseen(File... files) throws IOException {
        StringBuilder parts = new StringBuilder();
        for (File file : files) {
            parts.append("{\"fileData\":{\"fileUri\":\"")
                    .append(file.uri().orElseThrow())
                    .append("\"}},");
        }
        RequestBody body = RequestBody.create(
                "{\"contents\":[{\"role\":\"user\",\"parts\":[" + parts + "{\"text\":\"Hi\"}]}]}",
                MediaType.get("text/plain"));
        Request request = new Request.Builder()
                .url(simulator.baseUrl() + "/v1beta/models/m:generateContent")
                .post(body)
                .build();
        try (Response response = pool.httpClient().newCall(request).execute()) {
            return response.code();
        }
    }

    @Test
    @Tag("okhttp")
    void theWrongProjectIsFollowedByTheOwner() throws IOException {
        File file = uploadedBy(SECOND);
        int before = simulator.requests().size();

        assertThat(askUnseen(file)).isEqualTo(200);

        assertThat(since(before))
                .extracting(RequestRecord::key, RequestRecord::status)
                .containsExactly(tuple(FIRST, 403), tuple(SECOND, 200));
        assertThat(events.events(ScopeExcluded.class)).isEmpty();
        assertThat(pool.keyStats().usable()).isEqualTo(3);
    }

    @Test
    @Tag("okhttp")
    void theOwnerIsTriedOnceAndNoOtherKeyAfterIt() throws IOException {
        File file = uploadedBy(SECOND);
        File another = uploadedBy(THIRD);
        int before = simulator.requests().size();

        assertThat(askUnseen(file, another)).isEqualTo(403);

        assertThat(keysSince(before)).containsExactly(FIRST, SECOND);
    }

    @Test
    void aResourceThatItsOwnerHasDeletedIsRequestedOnce() {
        File file = uploadedBy(SECOND);
        pool(ELSEWHERE).client().files.delete(file.name().orElseThrow(), null);
        int before = simulator.requests().size();

        Throwable thrown = catchThrowable(() -> pool.client().models.generateContent("m", about(file), null));

        assertThat(invariants.saw(thrown)).isInstanceOf(ClientException.class);
        assertThat(keysSince(before)).containsExactly(SECOND);
        assertThat(events.events(ScopeExcluded.class)).isEmpty();
    }

    @Test
    void aCallThatExcludesTheOwnerFailsWithThatReason() {
        File file = uploadedBy(SECOND);
        int before = simulator.requests().size();

        Throwable thrown = catchThrowable(() -> pool.generateContent(
                GenerationRequest.of(about(file)).model("m").onlyProjects("first")));

        assertThat(invariants.saw(thrown))
                .hasMessageContaining(
                        "only project 'second', which owns a resource that it names, only project 'first'");
        assertThat(since(before)).isEmpty();
    }

    @Test
    void anotherPreferredProjectDoesNotMatter() {
        File file = uploadedBy(SECOND);
        int before = simulator.requests().size();

        pool.generateContent(GenerationRequest.of(about(file)).model("m").preferredProject("third"));

        assertThat(keysSince(before)).containsExactly(SECOND);
    }

    @Test
    void anOwnerThatIsOutOfUseIsNamed() {
        File file = uploadedBy(SECOND);
        simulator.keyState(SECOND, KeyState.LEAKED);
        int before = simulator.requests().size();

        for (int i = 0; i < 2; i++) {
            Throwable thrown =
                    catchThrowable(() -> pool.client().files.get(file.name().orElseThrow(), null));
            assertThat(invariants.saw(thrown))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(429))
                    .hasMessageContaining("only project 'second', which owns a resource that it names")
                    .hasMessageContaining("leaked");
        }

        assertThat(keysSince(before)).containsExactly(SECOND);
    }

    @Test
    void theOwnerOfADeletedResourceIsForgotten() {
        File file = uploadedBy(SECOND);
        String name = file.name().orElseThrow();
        pool.client().files.delete(name, null);
        assertThat(lastKey()).isEqualTo(SECOND);
        simulator.keyState(SECOND, KeyState.LEAKED);
        int before = simulator.requests().size();

        Throwable thrown = catchThrowable(() -> pool.client().files.get(name, null));

        assertThat(invariants.saw(thrown))
                .as("asked of whoever is there")
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(403));
        assertThat(since(before))
                .extracting(RequestRecord::operation)
                .containsExactly(Operation.FILES_GET, Operation.FILES_GET);
        assertThat(keysSince(before)).startsWith(SECOND).doesNotHaveDuplicates();
    }
}
