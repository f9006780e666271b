package io.github.geminipool.samples.discordbot.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A call to the REST API.
 *
 * @param method HTTP method
 * @param path path below the base URL, without the query, such as {@code interactions/1/token/callback}
 * @param body JSON body; a missing node if there was none
 * @param files attached files
 * @param status status of the response
 */
public record RestCall(String method, String path, JsonNode body, List<AttachedFile> files, int status) {

    /**
     * An attached file.
     *
     * @param name file name
     * @param text content
     */
    public record AttachedFile(String name, String text) {}

    /** Copies the list. */
    public RestCall {
        files = List.copyOf(files);
    }
}
