package io.github.geminipool.wire.sdk;

import com.google.genai.Client;
import com.google.genai.types.BatchJobSource;
import com.google.genai.types.Content;
import com.google.genai.types.CreateCachedContentConfig;
import com.google.genai.types.InlinedRequest;
import com.google.genai.types.ListFilesConfig;
import com.google.genai.types.ListModelsConfig;
import com.google.genai.types.Part;
import com.google.genai.types.UploadFileConfig;
import java.time.Duration;
import java.util.function.Consumer;

/** Calls that every supported version of the SDK can make over plain HTTP. */
@SuppressWarnings("ImmutableEnumChecker") // The functions have no state.
enum SdkOperation {
    GENERATE(client -> client.models.generateContent("m", "Hi", null)),
    GENERATE_ASYNC(
            client -> client.async.models.generateContent("m", "Hi", null).join()),
    STREAM(client -> client.models.generateContentStream("m", "Hi", null).forEach(part -> {})),
    STREAM_ASYNC(client ->
            client.async.models.generateContentStream("m", "Hi", null).join().forEach(part -> {})),
    CHAT(client -> client.chats.create("m").sendMessage("Hi")),
    CHAT_ASYNC(client -> client.async.chats.create("m").sendMessage("Hi").join()),
    EMBED(client -> client.models.embedContent("e", "Hi", null)),
    COUNT(client -> client.models.countTokens("m", "Hi", null)),
    GET_MODEL(client -> client.models.get("gemini-flash-latest", null)),
    LIST_MODELS(client -> client.models.list(ListModelsConfig.builder().build())),
    UPLOAD(client -> client.files.upload(
            new byte[10], UploadFileConfig.builder().mimeType("text/plain").build())),
    UPLOAD_ASYNC(client -> client.async
            .files
            .upload(
                    new byte[10],
                    UploadFileConfig.builder().mimeType("text/plain").build())
            .join()),
    LIST_FILES(client -> client.files.list(ListFilesConfig.builder().build())),
    CREATE_CACHE(client -> client.caches.create(
            "m",
            CreateCachedContentConfig.builder()
                    .contents(Content.fromParts(Part.fromText("x".repeat(400))))
                    .ttl(Duration.ofMinutes(5))
                    .build())),
    CREATE_BATCH(client -> client.batches.create(
            "m",
            BatchJobSource.builder()
                    .inlinedRequests(InlinedRequest.builder()
                            .contents(Content.fromParts(Part.fromText("Hi")))
                            .build())
                    .build(),
            null)),
    CREATE_STORE(client -> client.fileSearchStores.create(null));

    private final Consumer<Client> call;

    SdkOperation(Consumer<Client> call) {
        this.call = call;
    }

    void call(Client client) {
        call.accept(client);
    }
}
