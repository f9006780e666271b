package io.github.geminipool.autoconfigure.endpoint;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
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
