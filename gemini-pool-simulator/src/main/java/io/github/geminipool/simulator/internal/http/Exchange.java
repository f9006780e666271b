package io.github.geminipool.simulator.internal.http;

import io.github.geminipool.simulator.Cut;
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
        if (plan.served() != null) {
            response.getHeaders().put("x-gemini-service-tier", plan.served().toString());
        }
        if (fault instanceof FaultAction.Hang) {
            Abandonment.watch(request, this::abandoned);
        } else if (fault instanceof FaultAction.Reset) {
            reset();
        } else if (fault instanceof FaultAction.ResetAfterHeaders) {
            begin(plan.reply());
            response.write(false, BufferUtil.EMPTY_BUFFER, then(this::reset));
        } else if (fault instanceof FaultAction.TruncateBody truncation) {
            begin(plan.reply());
            truncate(body(plan.reply()), truncation.cut());
        } else if (fault instanceof FaultAction.Encode encode) {
            begin(plan.reply());
            sendBytes(Encoded.body(body(plan.reply()), encode.encoding(), response.getHeaders()));
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
        sendBytes(Json.utf8(whole.body()));
    }

    private void truncate(byte[] body, Cut cut) {
        ByteBuffer half = ByteBuffer.wrap(body, 0, body.length / 2);
        if (cut == Cut.END) {
            leaveOnce();
            response.write(true, half, callback);
            return;
        }
        if (cut == Cut.CLOSE) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        }
        response.write(false, half, then(() -> end(cut)));
    }

    private void sendBytes(byte[] body) {
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        leaveOnce();
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private void sendStream(
            List<byte[]> chunks, Reply.Events events, @Nullable FaultAction fault, Consumer<Runnable> gap) {
        List<byte[]> sent = chunks;
        Cut cut = null;
        if (fault instanceof FaultAction.CutStream cutting) {
            sent = chunks.subList(0, Math.min(cutting.events(), chunks.size()));
            cut = cutting.cut();
        } else if (fault instanceof FaultAction.ErrorInStream error) {
            sent = new ArrayList<>(chunks.subList(0, Math.min(error.events(), chunks.size())));
            sent.add(error(error, events));
        }
        sendChunk(sent, 0, cut, gap);
    }

    private void sendChunk(List<byte[]> chunks, int index, @Nullable Cut cut, Consumer<Runnable> gap) {
        if (index == chunks.size()) {
            end(cut == null ? Cut.END : cut);
            return;
        }
        boolean last = cut == null && index == chunks.size() - 1;
        if (last) {
            leaveOnce();
        }
        ByteBuffer bytes = ByteBuffer.wrap(chunks.get(index));
        response.write(
                last, bytes, last ? callback : then(() -> afterGap(gap, () -> sendChunk(chunks, index + 1, cut, gap))));
    }

    private void end(Cut cut) {
        switch (cut) {
            case CLOSE, CHUNKED -> cut();
            case RESET -> reset();
            case END -> {
                leaveOnce();
                response.write(true, BufferUtil.EMPTY_BUFFER, callback);
            }
            case HANG -> Abandonment.watch(request, this::abandoned);
        }
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
        if (error.framing() == Framing.BARE || events.shape() == Reply.Shape.ARRAY) {
            return Json.utf8(error.error().strip() + "\n");
        }
        // In one line of data; a pretty-printed error would need several.
        String line = error.error().strip().replaceAll("\\s*\\R\\s*", "");
        return Json.utf8(framed(line, events.shape()));
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
                            events.shape() == Reply.Shape.ARRAY
                                    ? "application/json; charset=UTF-8"
                                    : "text/event-stream");
        }
    }

    private static List<byte[]> chunks(Reply.Events events) {
        List<byte[]> chunks = new ArrayList<>();
        int count = events.events().size();
        for (int i = 0; i < count; i++) {
            String json = events.events().get(i);
            String chunk = events.shape() == Reply.Shape.ARRAY
                    ? (i == 0 ? "[" : ",\r\n") + json + (i == count - 1 ? "]" : "")
                    : framed(json, events.shape());
            chunks.add(chunk.getBytes(StandardCharsets.UTF_8));
        }
        return chunks;
    }

    private static String framed(String line, Reply.Shape shape) {
        return "data: " + line + (shape == Reply.Shape.GOOGLE_EVENTS ? "\r\n\r\n" : "\n\n");
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
