package io.github.geminipool.simulator.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import io.github.geminipool.simulator.internal.resource.Names;
import io.github.geminipool.simulator.internal.resource.OwnedResource;
import io.github.geminipool.simulator.internal.resource.ResourceStore;
import io.github.geminipool.simulator.internal.resource.Uploads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Responses to requests about uploads and files. Thread-safe. */
final class FileAnswers implements Answers {
    private static final Duration LIFETIME = Duration.ofDays(2);
    private static final String STATUS = "X-Goog-Upload-Status";

    private final InstantSource clock;
    private final Names names;
    private final Uploads uploads;
    private final ResourceStore files;
    private final StoredAnswers stored;
    private final Refusals refusals;

    FileAnswers(InstantSource clock, Names names, Uploads uploads, ResourceStore files, Refusals refusals) {
        this.clock = clock;
        this.names = names;
        this.uploads = uploads;
        this.files = files;
        this.stored = new StoredAnswers(files, "files");
        this.refusals = refusals;
    }

    @Override
    public Reply answer(ApiCall call, Admitted admitted) {
        String project = admitted.project();
        String name = call.route().resource();
        return switch (call.operation()) {
            case UPLOAD_START -> start(call, project);
            case UPLOAD_CHUNK -> chunk(call, project);
            case FILES_LIST -> stored.list(call, project);
            case FILES_DELETE -> stored.delete(name, project).orElseGet(() -> forbidden(call));
            default -> stored.get(name, project).orElseGet(() -> forbidden(call));
        };
    }

    private Reply forbidden(ApiCall call) {
        return refusals.wire("403-file-of-another-project.json", call);
    }

    private Reply start(ApiCall call, String project) {
        if (!"start".equals(call.header("X-Goog-Upload-Command"))) {
            return Refusals.invalid("The upload must start with the command start.");
        }
        JsonNode file = call.json().orElseGet(Json::object).path("file");
        String name = file.path("name").asText("");
        if (name.isEmpty()) {
            name = "files/" + names.next();
        }
        String type = call.header("X-Goog-Upload-Header-Content-Type");
        String id = names.next();
        uploads.begin(
                id,
                new Uploads.Upload(
                        project,
                        name,
                        file.path("displayName").asText(""),
                        type.isEmpty() ? "application/octet-stream" : type));
        String url = call.base() + "/upload/" + call.route().version() + "/files?upload_id=" + id
                + "&upload_protocol=resumable";
        return new Reply.Whole(
                200,
                "text/plain; charset=UTF-8",
                "",
                Map.of("X-Goog-Upload-URL", url, STATUS, "active", "X-Goog-Upload-Chunk-Granularity", "262144"));
    }

    private Reply chunk(ApiCall call, String project) {
        String id = call.query().getOrDefault("upload_id", "");
        Optional<Uploads.Upload> found = uploads.find(id, project);
        if (found.isEmpty()) {
            // Without an upload status, clients would treat the response as lost and resend the chunk.
            return with(STATUS, "final", forbidden(call));
        }
        Uploads.Upload upload = found.get();
        String command = call.header("X-Goog-Upload-Command");
        if (command.contains("upload") && !upload.append(offset(call), call.bytes())) {
            return with(STATUS, "active", Refusals.invalid("The offset is not " + upload.received() + "."));
        }
        if (command.contains("finalize")) {
            uploads.end(id);
            ObjectNode tree = Json.object();
            tree.set("file", finished(call, project, upload));
            return with(STATUS, "final", Reply.ok(tree));
        }
        return new Reply.Whole(
                200,
                "text/plain; charset=UTF-8",
                "",
                Map.of(STATUS, "active", "X-Goog-Upload-Size-Received", Long.toString(upload.received())));
    }

    private static long offset(ApiCall call) {
        String offset = call.header("X-Goog-Upload-Offset");
        return offset.matches("[0-9]{1,18}") ? Long.parseLong(offset) : -1;
    }

    private ObjectNode finished(ApiCall call, String project, Uploads.Upload upload) {
        Instant now = clock.instant();
        ObjectNode file = Json.object().put("name", upload.fileName());
        if (!upload.displayName().isEmpty()) {
            file.put("displayName", upload.displayName());
        }
        file.put("mimeType", upload.mimeType())
                .put("sizeBytes", Long.toString(upload.received()))
                .put("createTime", now.toString())
                .put("updateTime", now.toString())
                .put("expirationTime", now.plus(LIFETIME).toString())
                .put("sha256Hash", upload.hash())
                .put("uri", call.base() + "/" + call.route().version() + "/" + upload.fileName())
                .put("state", "ACTIVE")
                .put("source", "UPLOADED");
        files.put(upload.fileName(), new OwnedResource(project, now.plus(LIFETIME), 0, file));
        return file;
    }

    private static Reply with(String header, String value, Reply reply) {
        return reply instanceof Reply.Whole whole
                ? new Reply.Whole(whole.status(), whole.contentType(), whole.body(), Map.of(header, value))
                : reply;
    }
}
