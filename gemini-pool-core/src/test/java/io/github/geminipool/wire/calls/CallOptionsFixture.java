package io.github.geminipool.wire.calls;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.settings.Selection;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.RequestRecord;
import io.github.geminipool.spi.CallOptions;
import io.github.geminipool.spi.KeyChoice;
import io.github.geminipool.testing.PoolInvariants;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** A pool of three keys, {@code one}, {@code two} and {@code three}, that serve in turn: who served tells which options a call had. */
final class CallOptionsFixture {

    private static final List<String> NAMES = List.of("one", "two", "three");

    static final CallOptions TWO = only("two");
    static final CallOptions THREE = only("three");

    final GeminiSimulator simulator;
    final GeminiPool pool;

    CallOptionsFixture(PoolInvariants invariants, Consumer<GeminiPoolBuilder> changes) {
        simulator = invariants.simulator(
                b -> b.key(secret("one")).key(secret("two")).key(secret("three")));
        pool = invariants.pool(simulator, b -> {
            for (String name : NAMES) {
                b.key(ApiKey.of(secret(name)).named(name));
            }
            b.settings(b.settings().withSelection(Selection.ROUND_ROBIN));
            changes.accept(b);
        });
    }

    CallOptionsFixture(PoolInvariants invariants) {
        this(invariants, builder -> {});
    }

    static CallOptions only(String key) {
        return CallOptions.NONE.withKeys(KeyChoice.ANY.withOnlyKeys(Set.of(key)));
    }

    private static String secret(String key) {
        return PoolInvariants.secretOf(key);
    }

    /** Runs a block several times, and returns the keys that served what it sent. */
    Set<String> servedBy(Runnable block) {
        int before = simulator.requests().size();
        for (int i = 0; i < 3; i++) {
            block.run();
        }
        Set<String> keys = new LinkedHashSet<>();
        List<RequestRecord> all = simulator.requests();
        for (RequestRecord request : all.subList(before, all.size())) {
            for (String key : NAMES) {
                if (secret(key).equals(request.key())) {
                    keys.add(key);
                }
            }
        }
        return keys;
    }

    private Request request() {
        return new Request.Builder()
                .url(simulator.baseUrl() + "/v1beta/models/m:generateContent")
                .post(RequestBody.create(
                        "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}", MediaType.get("application/json")))
                .build();
    }

    void execute(OkHttpClient client) {
        try (Response response = client.newCall(request()).execute()) {
            response.body().string();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void enqueue(OkHttpClient client) {
        CompletableFuture<String> body = new CompletableFuture<>();
        client.newCall(request()).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, IOException e) {
                body.completeExceptionally(e);
            }

            @Override
            public void onResponse(Call call, Response response) throws IOException {
                try (response) {
                    body.complete(response.body().string());
                }
            }
        });
        body.join();
    }
}
