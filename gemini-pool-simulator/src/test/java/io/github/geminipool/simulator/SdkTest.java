package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ClientException;
import com.google.genai.types.BatchJobSource;
import com.google.genai.types.CachedContent;
import com.google.genai.types.Content;
import com.google.genai.types.CreateCachedContentConfig;
import com.google.genai.types.EmbedContentConfig;
import com.google.genai.types.File;
import com.google.genai.types.FinishReason;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.GenerateVideosOperation;
import com.google.genai.types.InlinedRequest;
import com.google.genai.types.ListFilesConfig;
import com.google.genai.types.ListModelsConfig;
import com.google.genai.types.Model;
import com.google.genai.types.Part;
import com.google.genai.types.Schema;
import com.google.genai.types.Tool;
import com.google.genai.types.Type;
import com.google.genai.types.UpdateCachedContentConfig;
import com.google.genai.types.UploadFileConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All operations, called with Google's SDK. */
class SdkTest {
    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(b ->
            b.key("k1", k -> k.project("p1")).key("k1b", k -> k.project("p1")).key("k2", k -> k.project("p2")));

    @Test
    void generatesAnEchoWithUsage(GeminiSimulator simulator) {
        Client client = Sdk.client(simulator, "k1");
        GenerateContentResponse answer = client.models.generateContent("m", "Why is the sky blue?", null);
        assertThat(answer.text()).contains("Why is the sky blue?", "simulator", "m");
        assertThat(answer.finishReason().knownEnum()).isEqualTo(FinishReason.Known.STOP);
        assertThat(answer.modelVersion()).contains("m");
        assertThat(answer.responseId()).isPresent();
        var usage = answer.usageMetadata().orElseThrow();
        assertThat(usage.promptTokenCount()).contains(5);
        assertThat(usage.totalTokenCount().orElseThrow())
                .isEqualTo(5 + usage.candidatesTokenCount().orElseThrow());
        assertThat(client.models
                        .generateContent("m", "Why is the sky blue?", null)
                        .text())
                .isEqualTo(answer.text());
    }

    @Test
    void callsADeclaredFunctionThatThePromptNames(GeminiSimulator simulator) {
        Client client = Sdk.client(simulator, "k1");
        GenerateContentConfig config = GenerateContentConfig.builder()
                .tools(Tool.builder()
                        .functionDeclarations(FunctionDeclaration.builder()
                                .name("stock")
                                .parameters(Schema.builder()
                                        .type(Type.Known.OBJECT)
                                        .properties(Map.of(
                                                "item",
                                                Schema.builder()
                                                        .type(Type.Known.STRING)
                                                        .build(),
                                                "least",
                                                Schema.builder()
                                                        .type(Type.Known.INTEGER)
                                                        .build())))))
                .build();
        String prompt = "Is our stock above 12 of \"lamps\"?";
        FunctionCall call = client.models
                .generateContent("m", prompt, config)
                .functionCalls()
                .get(0);
        assertThat(call.name()).contains("stock");
        assertThat(call.args()).contains(Map.of("item", "lamps", "least", 12));
        List<FunctionCall> streamed = new ArrayList<>();
        try (ResponseStream<GenerateContentResponse> stream =
                client.models.generateContentStream("m", prompt, config)) {
            stream.forEach(part -> streamed.addAll(part.functionCalls()));
        }
        assertThat(streamed).containsExactly(call);
        assertThat(client.models
                        .generateContent("m", "Why is the sky blue?", config)
                        .functionCalls())
                .isEmpty();
        Content answered = Content.fromParts(Part.fromFunctionResponse("stock", Map.of("result", "40")));
        assertThat(client.models
                        .generateContent("m", List.of(Content.fromParts(Part.fromText(prompt)), answered), config)
                        .text())
                .contains("40");
    }

    @Test
    void appliesTheConfig(GeminiSimulator simulator) {
        Client client = Sdk.client(simulator, "k1");
        GenerateContentResponse json = client.models.generateContent(
                "m",
                "Hi",
                GenerateContentConfig.builder()
                        .responseMimeType("application/json")
                        .candidateCount(2)
                        .build());
        assertThat(json.text()).startsWith("{").contains("\"echo\":\"Hi\"");
        assertThat(json.candidates().orElseThrow()).hasSize(2);
        GenerateContentResponse cut = client.models.generateContent(
                "m", "Hi", GenerateContentConfig.builder().maxOutputTokens(3).build());
        assertThat(cut.finishReason().knownEnum()).isEqualTo(FinishReason.Known.MAX_TOKENS);
        assertThat(cut.candidates().orElseThrow().get(0).content().orElseThrow().text())
                .hasSize(12);
    }

    @Test
    void chatsAnswerTheLastMessageAndEchoEarlierOnes(GeminiSimulator simulator) {
        var chat = Sdk.client(simulator, "k1").chats.create("m");
        assertThat(chat.sendMessage("first").text()).contains("first").doesNotContain("Before");
        assertThat(chat.sendMessage("second").text())
                .contains("You wrote: \"second\". Before that, you wrote: \"first\".");
        assertThat(chat.sendMessage("third").text()).contains("Before that, you wrote: \"first\"; \"second\".");
        GenerateContentConfig json = GenerateContentConfig.builder()
                .responseMimeType("application/json")
                .build();
        assertThat(chat.sendMessage("fourth", json).text()).contains("fourth").doesNotContain("third");
    }

    @Test
    void longChatsAreShortened(GeminiSimulator simulator) {
        var chat = Sdk.client(simulator, "k1").chats.create("m");
        chat.sendMessage("x".repeat(59) + "🎉 and more");
        for (int i = 1; i <= 10; i++) {
            chat.sendMessage("message " + i);
        }
        assertThat(chat.sendMessage("now").text())
                .contains("\"message 1\"; \"message 2\"", "\"message 10\".")
                .doesNotContain("xxx");
        var other = Sdk.client(simulator, "k1").chats.create("m");
        other.sendMessage("x".repeat(59) + "🎉 and more");
        assertThat(other.sendMessage("now").text()).contains("\"" + "x".repeat(59) + "…\"");
    }

    @Test
    void streamsSeveralEvents(GeminiSimulator simulator) {
        Client client = Sdk.client(simulator, "k1");
        List<GenerateContentResponse> events = new ArrayList<>();
        try (ResponseStream<GenerateContentResponse> stream =
                client.models.generateContentStream("m", "Count to three", null)) {
            stream.forEach(events::add);
        }
        assertThat(events).hasSizeGreaterThan(3);
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event.text()));
        assertThat(text.toString())
                .isEqualTo(client.models
                        .generateContent("m", "Count to three", null)
                        .text());
        GenerateContentResponse last = events.get(events.size() - 1);
        assertThat(last.finishReason().knownEnum()).isEqualTo(FinishReason.Known.STOP);
        assertThat(last.usageMetadata().orElseThrow().candidatesTokenCount()).isPresent();
        assertThat(simulator.requests().get(0).operation()).isEqualTo(Operation.STREAM_GENERATE_CONTENT);
    }

    @Test
    void countsAndEmbeds(GeminiSimulator simulator) {
        Client client = Sdk.client(simulator, "k1");
        assertThat(client.models.countTokens("m", "12345678", null).totalTokens())
                .contains(2);
        var embeddings = client.models
                .embedContent(
                        "e",
                        List.of("a", "b", "a"),
                        EmbedContentConfig.builder().outputDimensionality(16).build())
                .embeddings()
                .orElseThrow();
        assertThat(embeddings).hasSize(3);
        assertThat(embeddings.get(0).values().orElseThrow())
                .hasSize(16)
                .isEqualTo(embeddings.get(2).values().orElseThrow())
                .isNotEqualTo(embeddings.get(1).values().orElseThrow());
        assertThat(simulator.requests())
                .extracting(RequestRecord::operation)
                .containsExactly(Operation.COUNT_TOKENS, Operation.BATCH_EMBED_CONTENTS);
    }

    @Test
    void embedsOneContent(GeminiSimulator simulator) throws Exception {
        var one = new Raw(simulator)
                .post("/v1beta/models/e:embedContent", "k1", "{\"content\":{\"parts\":[{\"text\":\"a\"}]}}");
        assertThat(Raw.json(one).path("embedding").path("values")).hasSize(768);
    }

    @Test
    void listsAndShowsModels(GeminiSimulator simulator) {
        Client client = Sdk.client(simulator, "k1");
        List<String> names = new ArrayList<>();
        for (Model model :
                client.models.list(ListModelsConfig.builder().pageSize(3).build())) {
            names.add(model.name().orElseThrow());
        }
        assertThat(names)
                .contains("models/gemini-flash-latest")
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(3);
        Model model = client.models.get("gemini-3.8-flash", null);
        assertThat(model.supportedActions().orElseThrow()).contains("generateContent");
        assertThat(model.inputTokenLimit()).contains(1_048_576);
    }

    @Test
    void filesBelongToTheirProject(GeminiSimulator simulator) {
        Client client = Sdk.client(simulator, "k1");
        byte[] content = new byte[9 * 1024 * 1024];
        UploadFileConfig config = UploadFileConfig.builder()
                .mimeType("text/plain")
                .displayName("notes")
                .build();
        File file = client.files.upload(content, config);
        assertThat(file.sizeBytes()).contains((long) content.length);
        assertThat(file.displayName()).contains("notes");
        assertThat(file.state().orElseThrow().toString()).isEqualTo("ACTIVE");
        assertThat(simulator.requests())
                .extracting(RequestRecord::operation)
                .containsExactly(Operation.UPLOAD_START, Operation.UPLOAD_CHUNK, Operation.UPLOAD_CHUNK);

        String name = file.name().orElseThrow();
        Client sameProject = Sdk.client(simulator, "k1b");
        Client other = Sdk.client(simulator, "k2");
        assertThat(sameProject.files.get(name, null).uri()).isEqualTo(file.uri());
        assertThatThrownBy(() -> other.files.get(name, null))
                .isInstanceOfSatisfying(
                        ClientException.class, e -> assertThat(e.code()).isEqualTo(403))
                .hasMessageContaining("You do not have permission to access the File " + name.substring(6));
        Content prompt =
                Content.fromParts(Part.fromUri(file.uri().orElseThrow(), "text/plain"), Part.fromText("Summarise"));
        assertThat(sameProject.models.generateContent("m", prompt, null).text()).contains("Summarise");
        assertThatThrownBy(() -> other.models.generateContent("m", prompt, null))
                .hasMessageContaining("You do not have permission to access the File");
        assertThat(other.files.list(ListFilesConfig.builder().build())).isEmpty();
        assertThat(client.files.list(ListFilesConfig.builder().build())).hasSize(1);
        client.files.delete(name, null);
        assertThatThrownBy(() -> client.files.get(name, null)).isInstanceOf(ClientException.class);
    }

    @Test
    void cachesBelongToTheirProject(GeminiSimulator simulator) {
        Client client = Sdk.client(simulator, "k1");
        CachedContent cache = client.caches.create(
                "m",
                CreateCachedContentConfig.builder()
                        .displayName("book")
                        .contents(Content.fromParts(Part.fromText("x".repeat(400))))
                        .ttl(Duration.ofMinutes(5))
                        .build());
        assertThat(cache.usageMetadata().orElseThrow().totalTokenCount()).contains(100);
        String name = cache.name().orElseThrow();
        GenerateContentConfig config =
                GenerateContentConfig.builder().cachedContent(name).build();
        var usage =
                client.models.generateContent("m", "Hi", config).usageMetadata().orElseThrow();
        assertThat(usage.cachedContentTokenCount()).contains(100);
        assertThat(usage.promptTokenCount()).contains(101);
        Client other = Sdk.client(simulator, "k2");
        assertThatThrownBy(() -> other.models.generateContent("m", "Hi", config))
                .hasMessageContaining("CachedContent not found (or permission denied)");
        assertThatThrownBy(() -> other.caches.get(name, null)).hasMessageContaining("CachedContent not found");
        Instant later = client.caches
                .update(
                        name,
                        UpdateCachedContentConfig.builder()
                                .ttl(Duration.ofHours(2))
                                .build())
                .expireTime()
                .orElseThrow();
        assertThat(later).isAfter(cache.expireTime().orElseThrow());
        assertThat(client.caches.list(null)).hasSize(1);
        client.caches.delete(name, null);
        assertThatThrownBy(() -> client.caches.get(name, null)).isInstanceOf(ClientException.class);
    }

    @Test
    void otherResourcesBelongToTheirProject(GeminiSimulator simulator) throws Exception {
        Client maker = Sdk.client(simulator, "k1");
        Client sameProject = Sdk.client(simulator, "k1b");
        Client another = Sdk.client(simulator, "k2");
        String store = maker.fileSearchStores.create(null).name().orElseThrow();
        // SDK 2.x refuses generateVideos for API keys.
        var video = GenerateVideosOperation.builder()
                .name(Raw.json(new Raw(simulator).post("/v1beta/models/veo:predictLongRunning", "k1", "{}"))
                        .path("name")
                        .asText())
                .build();
        String batch = maker.batches
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

        assertThat(sameProject.fileSearchStores.get(store, null).name()).contains(store);
        assertThat(sameProject.operations.getVideosOperation(video, null).name())
                .isEqualTo(video.name());
        assertThat(sameProject.batches.get(batch, null).name()).contains(batch);
        assertThat(sameProject.batches.list(null)).hasSize(1);
        assertThat(another.batches.list(null)).isEmpty();
        assertThatThrownBy(() -> another.fileSearchStores.get(store, null)).hasMessageContaining("not found");
        assertThatThrownBy(() -> another.operations.getVideosOperation(video, null))
                .hasMessageContaining("not found");
        assertThatThrownBy(() -> another.batches.get(batch, null)).hasMessageContaining("not found");
        sameProject.batches.delete(batch, null);
        assertThatThrownBy(() -> maker.batches.get(batch, null)).hasMessageContaining("not found");
    }
}
