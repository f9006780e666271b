package io.github.geminipool.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.ServiceTier;
import com.google.genai.types.UploadFileConfig;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API's versions have and lack. */
class ApiVersionTest {
    @RegisterExtension
    static final GeminiSimulatorExtension EXTENSION = GeminiSimulatorExtension.with(b -> b.key("k1"));

    @ParameterizedTest
    @CsvSource({
        "v1beta,  gemini-flash-latest,          200",
        "v1alpha, gemini-flash-latest,          200",
        "v1,      gemini-flash-latest,          404",
        "v1,      gemini-pro-latest,            404",
        "v1,      gemini-3-pro-preview,         404",
        "v1,      gemini-9-preview-11-2026,     404",
        "v1beta,  gemini-3-pro-preview,         200",
        "v1,      gemini-3.8-flash,             200",
        "v1beta1, gemini-3.8-flash,             404",
        "v1beat,  gemini-3.8-flash,             404",
        "v2,      gemini-3.8-flash,             404",
    })
    void aliasesAndPreviewsAreOnlyInBeta(String version, String model, int status, GeminiSimulator simulator)
            throws Exception {
        for (String verb : new String[] {"generateContent", "streamGenerateContent", "countTokens"}) {
            HttpResponse<String> response =
                    new Raw(simulator).post("/" + version + "/models/" + model + ":" + verb, "k1", Raw.PROMPT);
            assertThat(response.statusCode()).isEqualTo(status);
            if (status == 404 && version.equals("v1")) {
                assertThat(Raw.json(response).path("error").path("message").asText())
                        .startsWith("models/" + model + " is not found for API version v1, or is not supported for "
                                + verb + ". Call ListModels");
            }
        }
        assertThat(simulator.requests().get(0).apiVersion()).isEqualTo(version.equals("v2") ? "" : version);
    }

    @Test
    void listsOnlyTheModelsOfTheVersion(GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        assertThat(raw.get("/v1beta/models", "k1").body()).contains("gemini-flash-latest", "gemini-3.8-flash");
        assertThat(raw.get("/v1/models", "k1").body())
                .contains("gemini-3.8-flash")
                .doesNotContain("gemini-flash-latest");
        assertThat(raw.get("/v1/models/gemini-flash-latest", "k1").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/cachedContents",
                "/auth_tokens",
                "/webhooks",
                "/agents",
                "/environments",
                "/voices",
                "/credentials",
                "/triggers"
            })
    void theStableVersionLacksWhatIsBeta(String path, GeminiSimulator simulator) throws Exception {
        Raw raw = new Raw(simulator);
        String body = "{\"model\":\"models/m\",\"contents\":[]}";
        assertThat(raw.post("/v1" + path, "k1", body).statusCode()).isEqualTo(404);
        assertThat(raw.get("/v1" + path, "k1").statusCode()).isEqualTo(404);
        for (String version : new String[] {"/v1beta", "/v1alpha"}) {
            HttpResponse<String> created = raw.post(version + path, "k1", body);
            assertThat(created.statusCode()).isEqualTo(200);
            String name = Raw.json(created).path("name").asText();
            assertThat(name).startsWith(path.substring(1) + "/");
            assertThat(raw.get(version + "/" + name, "k1").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/fileSearchStores", "/models/m:batchGenerateContent", "/models/m:batchEmbedContents"})
    void theStableVersionHasTheRest(String path, GeminiSimulator simulator) throws Exception {
        assertThat(new Raw(simulator).post("/v1" + path, "k1", "{}").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"cachedContent\":\"cachedContents/x\"                     | \"cachedContent\"",
                "\"serviceTier\":\"flex\"                                   | \"serviceTier\"",
                "\"service_tier\":\"flex\"                                  | \"service_tier\"",
                "\"generationConfig\":{\"speechConfig\":{}}                 | \"speechConfig\" at 'generation_config'",
                "\"tools\":[{\"googleSearch\":{}},{\"computerUse\":{}}]     | \"computerUse\" at 'tools[1]'",
            })
    void unknownFieldsAreNamed(String field, String named, GeminiSimulator simulator) throws Exception {
        String body = "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]," + field + "}";
        HttpResponse<String> refused = new Raw(simulator).post("/v1/models/m:generateContent", "k1", body);
        assertThat(refused.statusCode()).isEqualTo(400);
        JsonNode error = Raw.json(refused).path("error");
        String message = "Invalid JSON payload received. Unknown name " + named + ": Cannot find field.";
        assertThat(error.path("message").asText()).isEqualTo(message);
        assertThat(error.findValue("fieldViolations").get(0).path("description").asText())
                .isEqualTo(message);
        assertThat(new Raw(simulator)
                        .post("/v1beta/models/m:generateContent", "k1", body)
                        .body())
                .doesNotContain("Cannot find field");
    }

    @Test
    void fieldsOfOtherApisAreUnknownToAllVersions(GeminiSimulator simulator) throws Exception {
        String body = "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}],\"stream\":true}";
        HttpResponse<String> refused = new Raw(simulator).post("/v1beta/models/m:generateContent", "k1", body);
        JsonNode recorded = new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(GeminiSimulator.class.getResourceAsStream("internal/wire/bodies/400-unknown-field.json"));
        assertThat(Raw.json(refused)).isEqualTo(recorded);
    }

    @Test
    void uploadsFollowTheVersion(GeminiSimulator simulator) {
        for (String version : new String[] {"v1", "v1beta", "v1alpha"}) {
            Client client = Sdk.client(simulator, "k1", version);
            var file = client.files.upload(
                    new byte[5],
                    UploadFileConfig.builder().mimeType("text/plain").build());
            assertThat(client.files.get(file.name().orElseThrow(), null).uri()).isEqualTo(file.uri());
        }
        assertThat(simulator.requests())
                .filteredOn(request -> request.path().startsWith("/upload/"))
                .extracting(RequestRecord::apiVersion)
                .containsExactly("v1", "v1", "v1beta", "v1beta", "v1alpha", "v1alpha");
    }

    @Test
    void theSdkMeetsTheStableVersion(GeminiSimulator simulator) {
        Client stable = Sdk.client(simulator, "k1", "v1");
        GenerateContentConfig flex = GenerateContentConfig.builder()
                .serviceTier(new ServiceTier(ServiceTier.Known.FLEX))
                .build();
        assertThatThrownBy(() -> stable.models.generateContent("m", "Hi", flex))
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("Unknown name \"serviceTier\"");
        assertThatThrownBy(() -> stable.models.generateContent("gemini-flash-latest", "Hi", null))
                .hasMessageContaining("not found for API version v1,");
        assertThat(stable.models.generateContent("gemini-3.8-flash", "Hi", null).text())
                .contains("Hi");
    }
}
