package io.github.geminipool.samples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
                        new NamesInJson.Said(new Resource("files", "made"), true),
                        new NamesInJson.Said(new Resource("files", "other"), false));
    }

    @Test
    void listsTellNothingOfOthers() {
        String list = "{\"data\":[{\"id\":\"b\"}],\"first_id\":\"a\",\"last_id\":\"c\"}";
        assertThat(NamesInJson.filtered(list.getBytes(StandardCharsets.UTF_8), "batches", resource -> true))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"data\":[{\"id\":\"b\"}]}");
    }

    @Test
    void clientsNeedKeys() {
        assertThatThrownBy(() -> GatewayApplication.application()
                        .run(
                                "--server.port=0",
                                "--spring.main.banner-mode=off",
                                "--gateway.clients[0].name=dave",
                                "--gateway.clients[0].token=" + RunningGateway.ALICE))
                .hasStackTraceContaining("but no keys");
    }
}
