package io.github.geminipool.wire.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.PooledChat;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.testing.Form;
import io.github.geminipool.testing.PoolInvariants;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The application says for whom a call is made, on the thread that makes it. */
@Tag("wire")
@Tag("okhttp")
@Tag("sdk")
@Timeout(60)
class CallerResolverWireTest {

    @RegisterExtension
    final PoolInvariants invariants = new PoolInvariants();

    private final List<Thread> asked = new CopyOnWriteArrayList<>();
    private CallOptionsFixture fixture;
    private GeminiPool pool;

    @BeforeEach
    void start() {
        fixture = new CallOptionsFixture(
                invariants,
                builder -> builder.callerResolver(() -> {
                    asked.add(Thread.currentThread());
                    return "ada";
                }));
        pool = fixture.pool;
    }

    @ParameterizedTest
    @EnumSource
    void itIsAskedOnceForEachCallOnItsThread(Form form) {
        form.ask(pool, "m", "Hi");
        form.ask(pool, "m", "Hi");
        assertThat(asked).containsExactly(Thread.currentThread(), Thread.currentThread());
    }

    @Test
    void itIsAskedForChatsBatchesAndOkHttp() {
        PooledChat chat = pool.createChat("m");
        chat.send("Hi");
        chat.sendAsync("Hi").join();
        chat.sendStream("Hi").close();
        pool.generateAll(List.of(GenerationRequest.of("Hi"), GenerationRequest.of("Ho")));
        fixture.execute(pool.httpClient());
        fixture.enqueue(pool.httpClient());
        assertThat(asked).hasSize(8).containsOnly(Thread.currentThread());
    }

    @Test
    void itIsNotAskedWhereTheCallerIsKnown() {
        CallOptions bob = CallOptions.NONE.withCaller("bob");
        pool.generateContent(GenerationRequest.of("Hi").caller("bob"));
        pool.client(bob).models.generateContent("m", "Hi", null);
        pool.within(bob, () -> pool.client().models.generateContent("m", "Hi", null));
        assertThat(asked).isEmpty();
    }
}
