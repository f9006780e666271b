package io.github.geminipool.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.failure.FailureCause;
import java.io.IOException;
import okhttp3.RequestBody;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of models that somebody made up fill no table, whatever tier they are asked for in. */
class InventedModelsTest {

    private final CallFixture pool = CallFixture.ofKeys(1);

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"serviceTier\": \"flex\"}", "{\"service_tier\": \"priority\"}"})
    void leaveNothing(String body) throws IOException {
        for (int i = 0; i < 1_500; i++) {
            pool.exchange.refuses(FailureCause.MODEL_NOT_FOUND, 404);
            assertThat(pool.call(Responses.generate("invented-" + i, RequestBody.create(body, Responses.JSON)))
                            .code())
                    .isEqualTo(404);
        }
        assertThat(pool.pools.all()).hasSizeLessThan(150);
        assertThat(pool.pools.knownScopes()).isLessThan(300);
        pool.assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"serviceTier\": \"flex\"}"})
    void takeNoPlaceOfAModelThatHasAnswered(String body) throws IOException {
        RequestBody asked = RequestBody.create(body, Responses.JSON);
        pool.exchange.answers();
        pool.call(Responses.generate("real", asked));
        pool.exchange.refuses(FailureCause.MODEL_NOT_FOUND, 404);
        pool.call(Responses.generate("real", asked));
        for (int i = 0; i < 200; i++) {
            pool.exchange.refuses(FailureCause.MODEL_NOT_FOUND, 404);
            pool.call(Responses.generate("invented-" + i, asked));
        }
        assertThat(pool.pools.all()).anyMatch(known -> known.model().equals("real"));
        pool.exchange.answers();
        pool.call(Responses.generate("real", asked));
        assertThat(pool.exchange.models()).last().isEqualTo("real");
    }
}
