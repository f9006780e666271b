package io.github.geminipool.wire.affinity;

import com.google.genai.Client;
import com.google.genai.gaos.models.interactions.CreateModelInteraction;
import com.google.genai.gaos.models.interactions.InteractionsInput;
import com.google.genai.gaos.models.interactions.Model;
import com.google.genai.gaos.models.operations.CreateInteractionRequestBody;
import com.google.genai.gaos.models.operations.GetInteractionByIdRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Like {@link AffinityWireTest}, of interactions, which not every version of the SDK knows. */
@Tag("wire")
@Tag("sdk2")
@Timeout(60)
class InteractionAffinityWireTest extends AffinityFixture {

    private static String interact(Client client, CreateModelInteraction.Builder interaction) {
        return client.interactions
                .create(CreateInteractionRequestBody.of(interaction
                        .model(Model.of("m"))
                        .input(InteractionsInput.of("Hi"))
                        .build()))
                .interaction()
                .orElseThrow()
                .id()
                .orElseThrow();
    }

    @Test
    void anInteractionIsReadOnTheProjectThatMadeIt() {
        assertUsedOnTheProjectThatMadeIt((made, url) -> {
            String id = interact(made.client(), CreateModelInteraction.builder());
            return () -> made.client()
                    .interactions
                    .get(GetInteractionByIdRequest.builder().id(id).build());
        });
    }

    @Test
    void anInteractionGoesOnOnTheProjectThatMadeIt() {
        assertUsedOnTheProjectThatMadeIt((made, url) -> {
            String id = interact(made.client(), CreateModelInteraction.builder());
            return () ->
                    interact(made.client(), CreateModelInteraction.builder().previousInteractionId(id));
        });
    }
}
