package io.github.geminipool.samples.discordbot.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * A request body: JSON, or a multipart form with JSON and files.
 *
 * @param json a missing node if there is none
 * @param files attached files
 */
record Body(JsonNode json, List<RestCall.AttachedFile> files) {

    private static final long MAX_BYTES = 10L * 1024 * 1024;

    static Body of(Request request, ObjectMapper mapper) throws IOException {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type != null && type.startsWith("multipart/form-data")) {
            return ofForm(request, type, mapper);
        }
        String text = Content.Source.asString(request, StandardCharsets.UTF_8);
        return new Body(text.isEmpty() ? MissingNode.getInstance() : mapper.readTree(text), List.of());
    }

    private static Body ofForm(Request request, String type, ObjectMapper mapper) throws JsonProcessingException {
        MultiPartConfig config = new MultiPartConfig.Builder()
                .maxSize(MAX_BYTES)
                .maxMemoryPartSize(MAX_BYTES)
                .build();
        JsonNode json = MissingNode.getInstance();
        List<RestCall.AttachedFile> files = new ArrayList<>();
        try (MultiPartFormData.Parts parts = MultiPartFormData.getParts(request, request, type, config)) {
            for (MultiPart.Part part : parts) {
                String text = part.getContentAsString(StandardCharsets.UTF_8);
                if ("payload_json".equals(part.getName())) {
                    json = mapper.readTree(text);
                } else {
                    files.add(new RestCall.AttachedFile(part.getFileName(), text));
                }
            }
        }
        return new Body(json, files);
    }
}
