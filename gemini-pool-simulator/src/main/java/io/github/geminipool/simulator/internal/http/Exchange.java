package io.github.geminipool.simulator.internal.http;

import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.Framing;
import io.github.geminipool.simulator.internal.api.Plan;
import io.github.geminipool.simulator.internal.api.Reply;
import io.github.geminipool.simulator.internal.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Sends the planned response. A client that has the response must find the request in the log with its status and no longer
 * in flight, so both are updated before the last byte is sent.
 */
final class Exchange {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Runnable leave;
    private final AtomicBoolean left = new AtomicBoolean();

    Exchange(Request request, Response response, Callback callback, Runnable leave) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.leave = leave;
    }

    /** Sends the response; its status is already in the log. */
    void send(Plan plan, Consumer<Runnable> gap) {
        FaultAction fault = plan.fault();
        if (fault instanceof FaultAction.Hang) {
            Abandonment.watch(request, this::abandoned);
        } else if (fault instanceof FaultAction.Reset) {
            reset();
        } else if (fault instanceof FaultAction.ResetAfterHeaders) {
            begin(plan.reply());
            response.write(false, BufferUtil.EMPTY_BUFFER, then(this::reset));
        } else if (fault instanceof FaultAction.TruncateBody) {
            byte[] body = body(plan.reply());
            begin(plan.reply());
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
            response.write(false, ByteBuffer.wrap(body, 0, body.length / 2), then(this::cut));
        } else if (plan.reply() instanceof Reply.Whole whole) {
            sendWhole(whole);
        } else if (plan.reply() instanceof Reply.Events events) {
            begin(events);
            sendStream(chunks(events), events, fault, gap);
        }
    }

    /** Ends the exchange because the client disconnected. */
    void abandoned() {
        leaveOnce();
        callback.failed(new EofException("closed by the client"));
    }

    void leaveOnce() {
        if (left.compareAndSet(false, true)) {
            leave.run();
        }
    }

    private void sendWhole(Reply.Whole whole) {
        begin(whole);
        byte[] body = Json.utf8(whole.body());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        leaveOnce();
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private void sendStream(
            List<byte[]> chunks, Reply.Events events, @Nullable FaultAction fault, Consumer<Runnable> gap) {
        List<byte[]> sent = chunks;
        boolean cut = false;
        if (fault instanceof FaultAction.CutStream cutting) {
            sent = chunks.subList(0, Math.min(cutting.events(), chunks.size()));
            cut = true;
        } else if (fault instanceof FaultAction.ErrorInStream error) {
            sent = new ArrayList<>(chunks.subList(0, Math.min(error.events(), chunks.size())));
            sent.add(error(error, events));
        }
        sendChunk(sent, 0, cut, gap);
    }

    private void sendChunk(List<byte[]> chunks, int index, boolean cut, Consumer<Runnable> gap) {
        if (index == chunks.size()) {
            cut();
            return;
        }
        boolean last = !cut && index == chunks.size() - 1;
        if (last) {
            leaveOnce();
        }
        ByteBuffer bytes = ByteBuffer.wrap(chunks.get(index));
        response.write(
                last, bytes, last ? callback : then(() -> afterGap(gap, () -> sendChunk(chunks, index + 1, cut, gap))));
    }

    /** Continues a stream after the gap, unless the client disconnects meanwhile. */
    private void afterGap(Consumer<Runnable> gap, Runnable next) {
        Abandonment watch = request.isSecure() ? null : Abandonment.watch(request, this::abandoned);
        gap.accept(() -> {
            if (watch == null || watch.end()) {
                next.run();
            }
        });
    }

    private static byte[] error(FaultAction.ErrorInStream error, Reply.Events events) {
        if (error.framing() == Framing.BARE || !events.framed()) {
            return Json.utf8(error.error().strip() + "\n");
        }
        // In one line of data; a pretty-printed error would need several.
        String line = error.error().strip().replaceAll("\\s*\\R\\s*", "");
        return Json.utf8("data: " + line + "\r\n\r\n");
    }

    private void begin(Reply reply) {
        response.setStatus(reply.status());
        if (reply instanceof Reply.Whole whole) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, whole.contentType());
            whole.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        } else if (reply instanceof Reply.Events events) {
            response.getHeaders()
                    .put(
                            HttpHeader.CONTENT_TYPE,
                            events.framed() ? "text/event-stream" : "application/json; charset=UTF-8");
        }
    }

    private static List<byte[]> chunks(Reply.Events events) {
        List<byte[]> chunks = new ArrayList<>();
        int count = events.events().size();
        for (int i = 0; i < count; i++) {
            String json = events.events().get(i);
            String chunk = events.framed()
                    ? "data: " + json + "\r\n\r\n"
                    : (i == 0 ? "[" : ",\r\n") + json + (i == count - 1 ? "]" : "");
            chunks.add(chunk.getBytes(StandardCharsets.UTF_8));
        }
        return chunks;
    }

    private static byte[] body(Reply reply) {
        if (reply instanceof Reply.Whole whole) {
            return Json.utf8(whole.body());
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (reply instanceof Reply.Events events) {
            chunks(events).forEach(all::writeBytes);
        }
        return all.toByteArray();
    }

    private Callback then(Runnable next) {
        return Callback.from(next, failure -> {
            leaveOnce();
            callback.failed(failure);
        });
    }

    private void reset() {
        leaveOnce();
        Connections.reset(request);
        callback.failed(new EofException("reset by a fault"));
    }

    private void cut() {
        leaveOnce();
        Connections.close(request);
        callback.failed(new EofException("cut by a fault"));
    }
}
