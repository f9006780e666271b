package io.github.geminipool.simulator.internal.http;

import io.github.geminipool.simulator.FaultAction;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.simulator.internal.api.ApiCall;
import io.github.geminipool.simulator.internal.api.Plan;
import io.github.geminipool.simulator.internal.api.Reply;
import io.github.geminipool.simulator.internal.api.Simulation;
import io.github.geminipool.simulator.internal.journal.InFlight;
import io.github.geminipool.simulator.internal.journal.Journal;
import io.github.geminipool.simulator.internal.key.SimulatedKey;
import io.github.geminipool.simulator.internal.wire.GoogleError;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles API requests without blocking threads. */
final class ApiHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
    private static final int MAX_BYTES = 128 * 1024 * 1024;

    private final Simulation simulation;
    private final ScheduledExecutorService timer;
    private final LiveSessions live;

    ApiHandler(Simulation simulation, ScheduledExecutorService timer, LiveSessions live) {
        this.simulation = simulation;
        this.timer = timer;
        this.live = live;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Requests.body(request, MAX_BYTES, bytes -> received(request, response, callback, bytes), failure -> {
            if (failure instanceof IllegalStateException) {
                answerUncounted(response, callback, 413, "Request payload size exceeds the limit.");
            } else {
                callback.failed(failure);
            }
        });
        return true;
    }

    private void received(Request request, Response response, Callback callback, byte[] bytes) {
        ApiCall call = ApiCall.of(
                request.getMethod(),
                Requests.path(request),
                Requests.base(request),
                Requests.query(request),
                Requests.headers(request),
                bytes);
        Optional<SimulatedKey> key = simulation.keys().find(call.secret());
        RequestRecord arrived = record(request, call, key);
        Journal.Entry entry = simulation.journal().open(arrived);
        InFlight inFlight = simulation.inFlight();
        long arrival = inFlight.enter();
        Exchange exchange = new Exchange(request, response, callback, inFlight::leave);
        try {
            Plan plan = simulation.gateway().plan(call, key, arrived);
            Runnable answer = () -> {
                entry.answered(plan.status());
                send(plan, exchange, request, response, callback);
            };
            if (plan.barriers().isEmpty() && plan.delay().isZero()) {
                answer.run();
            } else {
                hold(request, plan, arrival, answer, exchange::abandoned);
            }
        } catch (RuntimeException bug) {
            LOG.error("Could not respond to {}", call.operation(), bug);
            entry.answered(500);
            exchange.leaveOnce();
            answerUncounted(response, callback, 500, "Bug in the simulator: " + bug);
        }
    }

    private RequestRecord record(Request request, ApiCall call, Optional<SimulatedKey> key) {
        Map<String, String> shown = new HashMap<>(call.headers());
        shown.keySet().removeAll(call.credentials().places());
        return new RequestRecord(
                0,
                simulation.settings().clock().instant(),
                call.secret(),
                call.credentials().places(),
                key.map(SimulatedKey::project).orElse(""),
                call.route().version(),
                call.model(),
                call.operation(),
                0,
                request.getMethod(),
                Requests.pathAndQueryWithoutKey(request),
                call.asked().cost().requests(),
                call.asked().cost().inputTokens(),
                call.asked().uses(),
                call.asked().tier(),
                call.asked().streams(),
                call.asked().hop(),
                shown);
    }

    private void hold(Request request, Plan plan, long arrival, Runnable answer, Runnable abandoned) {
        // Not with TLS: reading between a request and its response confuses Jetty.
        Abandonment watch = request.isSecure() ? null : Abandonment.watch(request, abandoned);
        pass(
                plan.barriers().iterator(),
                arrival,
                () -> later(plan.delay(), () -> {
                    if (watch == null || watch.end()) {
                        answer.run();
                    }
                }));
    }

    private static void pass(Iterator<InFlight.Barrier> barriers, long arrival, Runnable next) {
        if (barriers.hasNext()) {
            barriers.next().pass(arrival, () -> pass(barriers, arrival, next));
        } else {
            next.run();
        }
    }

    private void later(Duration delay, Runnable action) {
        if (delay.isZero()) {
            action.run();
        } else {
            var unused = timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void send(Plan plan, Exchange exchange, Request request, Response response, Callback callback) {
        if (plan.reply() instanceof Reply.Live && !(plan.fault() instanceof FaultAction.Hang)) {
            exchange.leaveOnce();
            live.open(request, response, callback, plan.fault());
            return;
        }
        exchange.send(plan, next -> later(simulation.settings().streamGap().next(simulation.random()), next));
    }

    private static void answerUncounted(Response response, Callback callback, int status, String message) {
        response.setStatus(status);
        Requests.json(
                response, GoogleError.body(status, status == 413 ? "INVALID_ARGUMENT" : "INTERNAL", message), callback);
    }
}
