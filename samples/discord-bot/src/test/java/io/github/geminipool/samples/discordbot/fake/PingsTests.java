package io.github.geminipool.samples.discordbot.fake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks that the fake notices notifications. */
class PingsTests {

    private static final String CONTENT = "\"content\": \"@everyone, <@1> and <@&2>\"";

    private static List<String> pings(String allowed) throws JsonProcessingException {
        return Pings.of(new ObjectMapper().readTree("{" + CONTENT + allowed + "}"));
    }

    @Test
    void mentionsNotifyByDefault() throws JsonProcessingException {
        assertThat(pings("")).containsExactlyInAnyOrder("@everyone", "<@1>", "<@&2>");
    }

    @Test
    void onlyAllowedMentionsNotify() throws JsonProcessingException {
        assertThat(pings(", \"allowed_mentions\": {\"parse\": []}")).isEmpty();
        assertThat(pings(", \"allowed_mentions\": {\"parse\": [\"users\"]}")).containsExactly("<@1>");
        assertThat(pings(", \"allowed_mentions\": {\"parse\": [], \"roles\": [\"2\"]}"))
                .containsExactly("<@&2>");
    }
}
