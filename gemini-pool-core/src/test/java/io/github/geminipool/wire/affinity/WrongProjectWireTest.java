package io.github.geminipool.wire.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import com.google.genai.errors.ApiException;
import com.google.genai.errors.ClientException;
import com.google.genai.types.File;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.event.ScopeExcluded;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Operation;
import io.github.geminipool.simulator.RequestRecord;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that reached the wrong project, and requests for resources that their owner cannot serve. */
@Tag("wire")
@Tag("sdk")
@Timeout(60)
class WrongProjectWireTest extends AffinityFixture {

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
