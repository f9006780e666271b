package io.github.geminipool.internal.http;

import static io.github.geminipool.internal.http.CallFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.internal.answer.WatchedBody;
import io.github.geminipool.internal.time.Scheduler;
import io.github.geminipool.internal.time.Workers;
import java.io.IOException;
import java.util.Objects;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdleReaderTest {

    private final WireExchangeFixture exchange = new WireExchangeFixture();
    private int alarms;

    @AfterEach
    void close() {
        exchange.close();
    }

    /** There is no memory for the first alarm. */
    private Scheduler.Alarm schedule(long at, Runnable task) {
        if (++alarms == 1) {
            throw new OutOfMemoryError("a test");
        }
        return exchange.pool.time.schedule(at, task);
    }

    @Test
    void itIsWatchedForTheNextCallIfThereWasNoMemoryForTheFirst() throws IOException {
        IdleReader.Watch watch = new IdleReader.Watch(exchange.pool.time.clock(), this::schedule, new Workers(false));
        Response response = exchange.answered(
                Responses.post(
                        "models/" + MODEL + ":streamGenerateContent?alt=sse", RequestBody.create("{}", Responses.JSON)),
                request -> Responses.of(
                        request, 200, "text/event-stream", new ClosableBody("data: {\"candidates\":[]}\r\n\r\n")));
        try (WatchedBody body = (WatchedBody) Objects.requireNonNull(response.body())) {
            watch.over(body.life(), exchange.lease());
            assertThatThrownBy(watch::requestWaits).isInstanceOf(OutOfMemoryError.class);
            watch.requestWaits();
            assertThat(alarms).isEqualTo(2);
        }
    }
}
