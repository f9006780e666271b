package io.github.geminipool.samples.discordbot.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What arrived at the REST API.
 *
 * @param method of HTTP
 * @param path below the base URL, without the query, such as {@code interactions/1/token/callback}
 * @param body in JSON; a missing node where there was none
 * @param files that were attached
 * @param status with which it was answered
 */
public record RestCall(String method, String path, JsonNode body, List<AttachedFile> files, int status) {

    /**
     * A file that was attached.
     *
     * @param name of the file
     * @param text its contents
     */
    public record AttachedFile(String name, String text) {}

    /** Copies the list. */
    public RestCall {
        files = List.copyOf(files);
    }
}
