package io.github.geminipool.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.spi.KeyChoice;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents, environments, voices and the like: their project is learned from ids in responses, and found by ids in bodies. */
class ResourcesWithIdsTest {

    private static final String GENERATE = "/v1beta/models/m:generateContent";
    private static final String INTERACTIONS = "/v1beta/interactions";

    private final OwnedResources resources = new OwnedResources();

    private static Request request(String method, String path, @Nullable String json) {
        return new Request.Builder()
                .url("https://gemini.example" + path)
                .method(
                        method,
                        json == null
                                ? null
                                : RequestBody.create(json.replace('\'', '"'), MediaType.get("application/json")))
                .build();
    }

    private static Request get(String path) {
        return request("GET", path, null);
    }

    /** Lets a project respond. */
    private void responds(String project, Request request, String json) throws IOException {
        Response response = new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .build();
        resources.answered(request, resources.factsOf(request), response, project);
        ResourceScan scan = resources.scanOf(request, resources.factsOf(request), project);
        if (scan != null) {
            Buffer body = new Buffer().writeUtf8(json.replace('\'', '"'));
            scan.passed(body, body.size());
        }
    }

    private void creates(String project, String path, String json) throws IOException {
        responds(project, request("POST", path, "{}"), json);
    }

    private @Nullable String ownerOf(String path, String json) {
        Request named = request("POST", path, json);
        return resources.filterOf(resources.factsOf(named), KeyChoice.ANY).boundProject();
    }

    private @Nullable String ownerOf(Request request) {
        return resources.filterOf(resources.factsOf(request), KeyChoice.ANY).boundProject();
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhooks", "agents", "environments", "voices", "credentials", "triggers", "interactions"})
    void whatAProjectCreatesIsItsOwn(String collection) throws IOException {
        creates("p", "/v1beta/" + collection, "{'description':'x','id':'mine','tools':[{'id':'else'}]}");
        creates("q", "/v1/" + collection, "{'id':'" + collection + "/other'}");

        assertThat(ownerOf(get("/v1beta/" + collection + "/mine"))).isEqualTo("p");
        assertThat(ownerOf(request("DELETE", "/v1beta/" + collection + "/other", null)))
                .isEqualTo("q");
        assertThat(ownerOf(get("/v1beta/" + collection + "/else"))).isNull();
        assertThat(resources.size()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhooks", "environments", "credentials", "triggers"})
    void aListShowsWhatIsItsProjects(String collection) throws IOException {
        responds(
                "p",
                get("/v1beta/" + collection),
                "{'" + collection + "':[{'id':'a','sources':[{'id':'no'}]},{'id':'b'}],'next_page_token':'t'}");

        assertThat(ownerOf(get("/v1beta/" + collection + "/a"))).isEqualTo("p");
        assertThat(ownerOf(get("/v1beta/" + collection + "/b"))).isEqualTo("p");
        assertThat(ownerOf(get("/v1beta/" + collection + "?pageToken=t"))).isEqualTo("p");
        assertThat(resources.size()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"agents", "voices"})
    void whatEveryProjectMayHaveIsNobodysForBeingRead(String collection) throws IOException {
        responds("p", get("/v1beta/" + collection), "{'" + collection + "':[{'id':'Kore'}],'next_page_token':'t'}");
        responds("p", get("/v1beta/" + collection + "/Kore"), "{'id':'Kore'}");

        assertThat(ownerOf(get("/v1beta/" + collection + "/Kore"))).isNull();
        assertThat(ownerOf(get("/v1beta/" + collection + "?pageToken=t"))).isEqualTo("p");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "agents       | /v1beta/interactions | {'agent':'mine','input':'x'}",
                "agents       | /v1beta/interactions | {'agent':'agents/mine'}",
                "agents       | /v1beta/agents       | {'id':'new','base_agent':'mine'}",
                "agents       | /v1beta/triggers     | {'schedule':'* * * * *','interaction':{'agent':'mine'}}",
                "environments | /v1beta/interactions | {'agent':'deep-research','environment':'mine'}",
                "environments | /v1beta/agents       | {'base_environment':'mine'}",
                "environments | /v1beta/triggers     | {'environment_id':'mine'}",
                "voices       | /v1beta/models/m:generateContent | {'generationConfig':{'speechConfig':{'voiceConfig':{'voice':'mine'}}}}",
                "voices       | /v1beta/models/m:streamGenerateContent | {'generation_config':{'speech_config':{'voice_config':{'voice':'voices/mine'}}}}",
                "voices       | /v1beta/interactions | {'model':'m','generation_config':{'speech_config':[{'voice':'mine'}]}}",
                "webhooks     | /v1beta/interactions | {'webhook':'mine'}",
                "credentials  | /v1beta/agents       | {'tools':[{'credential_id':'mine'}]}",
                "interactions | /v1beta/interactions | {'previous_interaction_id':'mine'}",
            })
    void aBodyThatNamesItGoesToItsProject(String collection, String path, String json) throws IOException {
        creates("other", "/v1beta/cachedContents", "{'name':'cachedContents/c'}");
        creates("p", "/v1beta/" + collection, "{'id':'mine'}");

        assertThat(ownerOf(path, json)).isEqualTo("p");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/v1beta/interactions | {'agent':'deep-research-preview'}",
                "/v1beta/interactions | {'model':'m','environment':'remote'}",
                "/v1beta/models/m:generateContent | {'generationConfig':{'speechConfig':{'voiceConfig':{'prebuiltVoiceConfig':{'voiceName':'Kore'}}}}}",
            })
    void whatIsGooglesOwnBindsNothing(String path, String json) throws IOException {
        creates("p", "/v1beta/agents", "{'id':'mine'}");
        creates("p", "/v1beta/environments", "{'id':'mine'}");
        creates("p", "/v1beta/voices", "{'id':'mine'}");

        assertThat(resources.factsOf(request("POST", path, json)).affinity()).isNull();
        assertThat(ownerOf(path, json)).isNull();
    }

    @Test
    void anInteractionsEnvironmentIsItsProjectsToo() throws IOException {
        responds("p", request("POST", INTERACTIONS, "{'agent':'a'}"), """
                event: interaction.created
                data: {'event_type':'interaction.created','interaction':{'id':'i','environment_id':'e'}}

                data: {'event_type':'step.delta','id':'no','delta':{'environment_id':'no'}}

                """);
        responds("q", request("POST", INTERACTIONS, "{'model':'m','store':false}"), "{'environment_id':'f'}");

        assertThat(ownerOf(INTERACTIONS, "{'agent':'a','environment':'e'}")).isEqualTo("p");
        assertThat(ownerOf(INTERACTIONS, "{'previous_interaction_id':'i'}")).isEqualTo("p");
        assertThat(ownerOf(INTERACTIONS, "{'environment':'f','model':'m'}")).isEqualTo("q");
        assertThat(resources.size()).isEqualTo(3);
    }

    @Test
    void anInteractionThatGoesOnShowsWhoseThePreviousOneIs() throws IOException {
        String next = "{'id':'second','previous_interaction_id':'first'}";
        creates("p", INTERACTIONS, next);
        assertThat(ownerOf(INTERACTIONS, "{'previous_interaction_id':'first'}")).isEqualTo("p");
        creates(
                "q",
                INTERACTIONS,
                "{'event_type':'interaction.created','interaction':" + next.replace("first", "third") + "}");
        assertThat(ownerOf(INTERACTIONS, "{'previous_interaction_id':'third'}")).isEqualTo("q");
        creates("q", INTERACTIONS, "{'id':'x','steps':[{'arguments':{'previous_interaction_id':'first'}}]}");
        assertThat(ownerOf(INTERACTIONS, "{'previous_interaction_id':'first'}")).isEqualTo("p");
    }

    @Test
    void openAiShapedResourcesHaveIdsToo() throws IOException {
        creates("p", "/v1beta/openai/files", "{'object':'file','id':'files/f'}");
        creates("q", "/v1beta/openai/files", "{'id':'file-7'}");
        creates("p", "/v1beta/openai/batches", "{'id':'batches/b','input_file_id':'files/f'}");
        responds(
                "p",
                get("/v1beta/openai/batches"),
                "{'object':'list','data':[{'id':'batches/d','output_file_id':'o'}]}");

        assertThat(ownerOf("/v1beta/openai/batches", "{'input_file_id':'files/f'}"))
                .isEqualTo("p");
        assertThat(ownerOf("/v1beta/openai/batches", "{'input_file_id':'file-7'}"))
                .isEqualTo("q");
        assertThat(ownerOf(get("/v1beta/openai/batches/batches/b"))).isEqualTo("p");
        assertThat(ownerOf(get("/v1beta/batches/d"))).isEqualTo("p");
        assertThat(ownerOf(get("/v1beta/openai/files/o/content"))).isEqualTo("p");
    }

    @Test
    void anErrorMayNameThem() {
        assertThat(ResourceNames.inError("Not found: environments/e-1 or voices/v."))
                .containsExactly("environments/e-1", "voices/v");
    }

    @Test
    void aChatCompletionCreatesNothing() throws IOException {
        Request chat = request("POST", "/v1beta/openai/chat/completions", "{'model':'m'}");
        assertThat(resources.scanOf(chat, resources.factsOf(chat), "p")).isNull();
        assertThat(resources.factsOf(request("POST", GENERATE, "{'agent':'a'}")).affinity())
                .isNull();
    }
}
