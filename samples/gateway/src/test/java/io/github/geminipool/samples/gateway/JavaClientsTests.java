package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.KEY_ONE;
import static io.github.geminipool.samples.gateway.RunningGateway.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.genai.Chat;
import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.types.Content;
import com.google.genai.types.File;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.Part;
import com.google.genai.types.UploadFileConfig;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Google's and OpenAI's SDKs in Java, with a base URL; also while one key is revoked and another out of quota. */
@Timeout(60)
class JavaClientsTests {

    private static final String THREE = "simulated-key-three";

    @TempDir
    private Path directory;

    private final GeminiSimulator simulator = GeminiSimulator.builder()
            .key(KEY_ONE, key -> key.project("one"))
            .key(RunningGateway.KEY_TWO, key -> key.project("two"))
            .key(THREE, key -> key.project("three"))
            .start();

    @AfterEach
    void close() {
        simulator.close();
    }

    private RunningGateway gateway(boolean areKeysOut) {
        if (areKeysOut) {
            simulator.keyState(KEY_ONE, KeyState.INVALID);
            simulator.fault(Fault.when().project("two").wire("429-free-rpd-with-36s-retrydelay.json"));
        }
        return RunningGateway.withClients(
                simulator.baseUrl(),
                "--gateway.owners-file=" + directory.resolve("owners.txt"),
                "--gemini.pool.keys[2].value=" + THREE,
                "--gemini.pool.keys[2].name=three",
                "--gemini.pool.keys[2].project=three");
    }

    private static Client google(RunningGateway gateway, String token) {
        return Client.builder()
                .apiKey(token)
                .vertexAI(false)
                .httpOptions(HttpOptions.builder()
                        .baseUrl(gateway.url())
                        .apiVersion("v1beta")
                        .build())
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void googles(boolean areKeysOut) {
        try (RunningGateway gateway = gateway(areKeysOut);
                Client client = google(gateway, ALICE);
                Client stranger = google(gateway, "wrong")) {
            assertThat(client.models.generateContent(MODEL, "apple", null).text())
                    .contains("apple");
            StringBuilder streamed = new StringBuilder();
            for (GenerateContentResponse part : client.models.generateContentStream(MODEL, "pear", null)) {
                streamed.append(part.text());
            }
            assertThat(streamed).contains("pear");
            Chat chat = client.chats.create(MODEL);
            chat.sendMessage("first");
            assertThat(chat.sendMessage("second").text()).contains("first").contains("second");
            File file = client.files.upload(
                    new byte[9_000_000],
                    UploadFileConfig.builder().mimeType("text/plain").build());
            assertThat(file.sizeBytes()).hasValue(9_000_000L);
            Content question =
                    Content.fromParts(Part.fromUri(file.uri().orElseThrow(), "text/plain"), Part.fromText("fig"));
            assertThat(client.models.generateContent(MODEL, question, null).text())
                    .contains("fig");
            assertThat(client.models
                            .embedContent("gemini-embedding-001", "a", null)
                            .embeddings()
                            .orElseThrow())
                    .hasSize(1);
            assertThatThrownBy(() -> stranger.models.generateContent(MODEL, "apple", null))
                    .isInstanceOfSatisfying(
                            ClientException.class, e -> assertThat(e.code()).isEqualTo(401));
        }
    }

    private static OpenAIClient openAi(RunningGateway gateway, String token) {
        return OpenAIOkHttpClient.builder()
                .apiKey(token)
                .baseUrl(gateway.url() + "/openai/v1")
                .maxRetries(0)
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void openAis(boolean areKeysOut) {
        ChatCompletionCreateParams question = ChatCompletionCreateParams.builder()
                .model(MODEL)
                .addUserMessage("melon")
                .build();
        try (RunningGateway gateway = gateway(areKeysOut)) {
            OpenAIClient client = openAi(gateway, ALICE);
            assertThat(client.chat()
                            .completions()
                            .create(question)
                            .choices()
                            .get(0)
                            .message()
                            .content()
                            .orElseThrow())
                    .contains("melon");
            try (StreamResponse<ChatCompletionChunk> stream =
                    client.chat().completions().createStreaming(question)) {
                assertThat(stream.stream().toList()).hasSizeGreaterThan(1);
            }
            assertThat(client.models().list().items()).isNotEmpty();
            client.close();
            OpenAIClient stranger = openAi(gateway, "wrong");
            assertThatThrownBy(() -> stranger.chat().completions().create(question))
                    .isInstanceOf(UnauthorizedException.class)
                    .hasMessageContaining("does not know this API key");
            stranger.close();
        }
    }
}
