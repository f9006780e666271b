package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.internal.call.LostCalls;
import java.io.IOException;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** A call of a derived client with a dispatcher of its own, of which the pool's knows nothing. */
class AttendedCallTest {

    private final CallFixture pool = CallFixture.ofKeys(1);
    private final LostCalls lost = new LostCalls(pool.calls, new Dispatcher());

    @Test
    void isNotLostHoweverLongItsAttemptTakes() throws IOException {
        pool.exchange.then((call, lease) -> {
            for (int i = 0; i < 10; i++) {
                lost.look();
            }
            assertThat(pool.calls.find(call.context().call())).isSameAs(call.context());
            return FakeExchange.answer(call, lease);
        });
        OkHttpClient derived = new OkHttpClient.Builder()
                .eventListenerFactory(pool.calls)
                .addInterceptor(pool.interceptor)
                .build();
        try (Response response = derived.newCall(Responses.generate(MODEL)).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        pool.assertNothingIsLeft();
    }
}
