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
     * Returns the state of the pool, or of all replicas.
     *
     * @param scope {@code all} for all replicas; {@code replica} or null for this one
     * @return 200, or 400 with a message if there is no such scope
     */
    @ReadOperation
    public WebEndpointResponse<Object> pool(@Nullable String scope) {
        return orBadRequest(() -> endpoint.pool(scope));
    }

    /**
     * Performs an action.
     *
     * @param action the action
     * @param key the name of the key; required by the actions on a key
     * @return 200 with what changed, or 204; 400 with a message that says which name is wrong and which exist
     */
    @WriteOperation
    public WebEndpointResponse<Object> act(String action, @Nullable String key) {
        return orBadRequest(() -> endpoint.act(action, key));
    }

    /** The reason of an exception is not part of the response by default. */
    private static WebEndpointResponse<Object> orBadRequest(Supplier<@Nullable Object> operation) {
        try {
            Object result = operation.get();
            return result == null
                    ? new WebEndpointResponse<>(WebEndpointResponse.STATUS_NO_CONTENT)
                    : new WebEndpointResponse<>(result);
        } catch (InvalidEndpointRequestException e) {
            return new WebEndpointResponse<>(
                    Map.of("message", String.valueOf(e.getReason())), WebEndpointResponse.STATUS_BAD_REQUEST);
        }
    }

    /**
     * Resets one model's pool.
     *
     * @param model the model's name, which may contain slashes
     * @return 204, or 404 if no call has used the model yet
     */
    @DeleteOperation
    public WebEndpointResponse<Void> resetModel(@Selector(match = Selector.Match.ALL_REMAINING) String[] model) {
        return new WebEndpointResponse<>(
                endpoint.resetModel(model)
                        ? WebEndpointResponse.STATUS_NO_CONTENT
                        : WebEndpointResponse.STATUS_NOT_FOUND);
    }
}
