package io.github.geminipool.samples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.samples.gateway.NamesInJson.Said;
import java.nio.charset.StandardCharsets;
import java.util.List;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who owns what, without a running gateway. */
@Timeout(60)
class OwnershipTests {

    @Test
    void aClientForgetsItsOwnOnly() {
        OwnedNames names = new OwnedNames(2);
        names.put("a", "alice");
        for (String name : List.of("b", "c", "d")) {
            names.put(name, "bob");
        }
        assertThat(names.all()).containsOnlyKeys("a", "c", "d");
    }

    @Test
    void onlyTheNameOfWhatIsMadeReplacesAnOwner() {
        String echo = "{'id':'files/made','metadata':{'id':'taken','name':'files/taken'},'a':{'id':'other'}}";
        assertThat(NamesInJson.inResponse(echo.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "files"))
                .containsExactly(
                        new Said(new Resource("files", "made"), Said.Kind.ABOUT),
                        new Said(new Resource("files", "other"), Said.Kind.MENTIONED));
    }

    @Test
    void aNameBesideAnIdIsNotThatOfWhatIsMade() {
        String webhook = "{\"name\":\"webhooks/of-alice\",\"id\":\"made\"}";
        assertThat(NamesInJson.inResponse(webhook.getBytes(StandardCharsets.UTF_8), "webhooks"))
                .containsExactly(
                        new Said(new Resource("webhooks", "of-alice"), Said.Kind.MENTIONED),
                        new Said(new Resource("webhooks", "made"), Said.Kind.ABOUT));
    }

    @Test
    void listsTellNothingOfOthers() {
        String list = "{\"data\":[{\"id\":\"b\"}],\"first_id\":\"a\",\"last_id\":\"c\"}";
        assertThat(NamesInJson.filtered(list.getBytes(StandardCharsets.UTF_8), "batches", resource -> true))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"data\":[{\"id\":\"b\"}]}");
        String odd = "{\"files\":[[1],{\"name\":\"files/a\"},{\"name\":\"files/b\",\"size\":5}],\"next\":{\"a\":[2]}}";
        assertThat(NamesInJson.filtered(
                        odd.getBytes(StandardCharsets.UTF_8),
                        "files",
                        resource -> resource.id().equals("b")))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"files\":[{\"name\":\"files/b\",\"size\":5}],\"next\":{\"a\":[2]}}");
        for (String other : List.of("[]", "{\"files\":[{\"name\":\"files/a\"}", "data: {}", "")) {
            assertThat(NamesInJson.filtered(other.getBytes(StandardCharsets.UTF_8), "files", resource -> true))
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://HOST/v1beta/files/of-bob/../of-alice",
                "https://HOST/v1beta/files/of-alice/../of-bob",
                "https://HOST/v1beta/files/of-alice/%2E%2e/of-bob",
                "https://HOST\\\\v1beta\\files\\of-alice\\..\\of-bob",
                "https://HOST/v1beta/files/of-bob?x=files/of-alice",
                "https://HOST/v1beta/files/of-bob#/files/of-alice",
                "HTTPS://user@HOST.:443/v1beta/%66iles%2Fof-alice",
                "//HOST/v1beta/files/of-alice",
                " files/of-alice"
            })
    void urisMeanAllThatSomebodyMayReadInThem(String uri) {
        String host = "generativelanguage.googleapis.com";
        assertThat(Resource.atUri(uri.replace("HOST", host), host))
                .anyMatch(resource -> resource.id().equals("of-alice") || resource.isCollection());
    }

    @Test
    void urisMeanOnlyWhatTheyName() {
        String host = "generativelanguage.googleapis.com";
        assertThat(Resource.atUri("https://" + host + "/v1beta/files/a..b?alt=media", host))
                .containsExactly(new Resource("files", "a..b"));
        assertThat(Resource.atUri("https://example.com/../files/a", host)).isEmpty();
    }

    @Test
    void clientsNeedKeys() {
        assertThatThrownBy(() -> GatewayApplication.application()
                        .run(
                                "--server.port=0",
                                "--spring.main.banner-mode=off",
                                "--gateway.clients[0].name=dave",
                                "--gateway.clients[0].token=" + RunningGateway.ALICE))
                .hasStackTraceContaining("but there are no keys");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'tunedModelSource':{'tunedModel':'tunedModels/a'}}",
                "{'base_model':'tunedModels/a'}",
                "{'semanticRetriever':{'source':'corpora/a/documents/b'}}",
                "{'container':{'file_ids':['b','a']}}",
                "{'training_file':'a'}",
                "{'file_id':' a '}",
                "{'tools':[{'vector_store_ids':['fileSearchStores/a']}]}",
                "{'interaction_id':'a'}",
                "{'agentId':'agents/a'}",
                "{'webhooks':['a']}",
                "{'model':'models/m','uri':'x','uri':'files/a'}",
                "{'model':'models/m'}{'fileUri':'files/a'}"
            })
    void requestsNameResourcesInEachOfTheseWays(String body) {
        Resource named = NamesInJson.firstInRequest(
                ByteString.encodeUtf8(body.replace('\'', '"')),
                "generativelanguage.googleapis.com",
                each -> each.resource().id().equals("a"));
        assertThat(named).isNotNull();
    }
}
