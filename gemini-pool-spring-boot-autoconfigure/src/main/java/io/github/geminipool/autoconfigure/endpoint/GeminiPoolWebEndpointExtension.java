package io.github.geminipool.autoconfigure.endpoint;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** What the endpoint {@code geminipool} answers in HTTP's own words. */
@EndpointWebExtension(endpoint = GeminiPoolEndpoint.class)
public final class GeminiPoolWebEndpointExtension {

    private final GeminiPoolEndpoint endpoint;

    GeminiPoolWebEndpointExtension(GeminiPoolEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Makes one model's pool as new.
     *
     * @param model its name, which may have slashes
     * @return 204, or 404 if no call to it was made yet
     */
    @DeleteOperation
    public WebEndpointResponse<Void> resetModel(@Selector(match = Selector.Match.ALL_REMAINING) String[] model) {
        return new WebEndpointResponse<>(
                endpoint.resetModel(model)
                        ? WebEndpointResponse.STATUS_NO_CONTENT
                        : WebEndpointResponse.STATUS_NOT_FOUND);
    }
}
