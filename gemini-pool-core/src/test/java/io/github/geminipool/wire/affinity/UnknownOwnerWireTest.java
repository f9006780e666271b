package io.github.geminipool.wire.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.genai.errors.ClientException;
import com.google.genai.types.File;
import com.google.genai.types.ListFilesConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.event.ScopeExcluded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Resources that the pool did not see being created: after a restart, or made by another process. */
@Tag("wire")
@Tag("sdk")
@Timeout(60)
class UnknownOwnerWireTest extends AffinityFixture {

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
        assertThat(lastKey()).as("the last of another kind").isNotEqualTo(SECOND);
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
}
