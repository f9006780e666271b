package io.github.geminipool.autoconfigure.endpoint;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** Adds HTTP status codes to the endpoint {@code geminipool}. */
@EndpointWebExtension(endpoint = GeminiPoolEndpoint.class)
public final class GeminiPoolWebEndpointExtension {

    private final GeminiPoolEndpoint endpoint;

    GeminiPoolWebEndpointExtension(GeminiPoolEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Returns the state of a pool, of all pools, or of all replicas.
     *
     * @param scope {@code all} for all replicas; {@code history} for the last hour of this one; {@code replica} or null
     * @param pool the name of the pool; null for the only one, or for all
     * @return 200, or 400 with a message if there is no such scope or pool
     */
    @ReadOperation
    public WebEndpointResponse<Object> pool(@Nullable String scope, @Nullable String pool) {
        return orBadRequest(() -> endpoint.pool(scope, pool), WebEndpointResponse.STATUS_NO_CONTENT);
    }

    /**
     * Returns the state of one model's pool.
     *
     * @param model the model's name, which may contain slashes
     * @param pool the name of the pool; may be null if there is only one
     * @return 200; 404 if no call has used the model yet; 400 with a message if there is no such pool
     */
    @ReadOperation
    public WebEndpointResponse<Object> model(
            @Selector(match = Selector.Match.ALL_REMAINING) String[] model, @Nullable String pool) {
        return orBadRequest(() -> endpoint.model(model, pool), WebEndpointResponse.STATUS_NOT_FOUND);
    }

    /**
     * Performs an action.
     *
     * @param action the action
     * @param key the name of the key; required by the actions on a key
     * @param pool the name of the pool; may be null if there is only one
     * @return 200 with what changed, or 204; 400 with a message that says which name is wrong and which exist
     */
    @WriteOperation
    public WebEndpointResponse<Object> act(String action, @Nullable String key, @Nullable String pool) {
        return orBadRequest(() -> endpoint.act(action, key, pool), WebEndpointResponse.STATUS_NO_CONTENT);
    }

    /**
     * Resets all model pools and reloads the keys.
     *
     * @param pool the name of the pool; may be null if there is only one
     * @return 204, or 400 with a message if there is no such pool
     */
    @DeleteOperation
    public WebEndpointResponse<Object> resetAll(@Nullable String pool) {
        return orBadRequest(
                () -> {
                    endpoint.resetAll(pool);
                    return null;
                },
                WebEndpointResponse.STATUS_NO_CONTENT);
    }

    /**
     * Resets one model's pool.
     *
     * @param model the model's name, which may contain slashes
     * @param pool the name of the pool; may be null if there is only one
     * @return 204, 404 if no call has used the model yet, or 400 with a message if there is no such pool
     */
    @DeleteOperation
    public WebEndpointResponse<Object> resetModel(
            @Selector(match = Selector.Match.ALL_REMAINING) String[] model, @Nullable String pool) {
        try {
            return new WebEndpointResponse<>(
                    endpoint.resetModel(model, pool)
                            ? WebEndpointResponse.STATUS_NO_CONTENT
                            : WebEndpointResponse.STATUS_NOT_FOUND);
        } catch (InvalidEndpointRequestException e) {
            return badRequest(e);
        }
    }

    /** Returns the result of an operation; without one, a response with the given status. */
    private static WebEndpointResponse<Object> orBadRequest(Supplier<@Nullable Object> operation, int statusOfNone) {
        try {
            Object result = operation.get();
            return result == null ? new WebEndpointResponse<>(statusOfNone) : new WebEndpointResponse<>(result);
        } catch (InvalidEndpointRequestException e) {
            return badRequest(e);
        }
    }

    /** By default, an exception's reason is not part of the response. */
    private static WebEndpointResponse<Object> badRequest(InvalidEndpointRequestException e) {
        return new WebEndpointResponse<>(
                Map.of("message", String.valueOf(e.getReason())), WebEndpointResponse.STATUS_BAD_REQUEST);
    }
}
