package io.github.geminipool.samples.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.Response;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;

/** Keeps other clients from a client's files, caches, batches and interactions. Thread-safe. */
@Component
class Isolation {

    /** What to do with the body of a response. */
    enum Handling {
        /** Pass it on as it comes. */
        PASS,
        /** Learn from its beginning, which names what was made. */
        LEARN_FROM_START,
        /** Learn from all of it: it names what was made, or what belongs to that. */
        LEARN,
        /** Filter it: it lists resources of all clients. */
        FILTER
    }

    /** The methods of models that create something. */
    private static final Set<String> MAKERS =
            Set.of("batchGenerateContent", "asyncBatchEmbedContent", "predictLongRunning");

    /** The first event of an interaction. */
    private static final Pattern INTERACTION =
            Pattern.compile("\"interaction\"\\s*:\\s*\\{[^{}]*?\"id\"\\s*:\\s*\"([^\"]+)\"");

    private final Owners owners;
    private final String host;

    Isolation(Owners owners, GeminiApi api) {
        this.owners = owners;
        this.host = api.baseUrl().host();
    }

    /** Returns the name of the client that began an upload; null if unknown. */
    @Nullable
    String ownerOfUpload(String id) {
        return owners.ofUpload(id);
    }

    /** Returns why a client may not use a path; null if it may. */
    @Nullable
    OwnAnswer refusal(GeminiPath path, String method, GatewayClient client) {
        if (client.seesAll() || path.dialect() == GeminiPath.Dialect.LIVE) {
            return null;
        }
        String upload = path.upload();
        if (upload != null && !client.name().equals(owners.ofUpload(upload))) {
            return OwnAnswer.notFound();
        }
        Resource stranger = NamesInJson.firstInQuery(path.url(), host, named -> isRefused(named, client));
        if (stranger != null) {
            return OwnAnswer.stranger(stranger);
        }
        Resource resource = Resource.in(path);
        if (resource == null) {
            return null;
        }
        if (resource.collection().equals("auth_tokens")) {
            return OwnAnswer.forbidden("The gateway does not create tokens that work without it.");
        }
        boolean mayBeShared = resource.isPartlyShared() && (method.equals("GET") || method.equals("HEAD"));
        return resource.isCollection() || isOwn(resource, client, !mayBeShared) ? null : OwnAnswer.stranger(resource);
    }

    /** Returns why a client may not send a body; null if it may. */
    @Nullable
    OwnAnswer refusalOf(ByteString body, GatewayClient client) {
        if (client.isUnread() || body.size() == 0) {
            return null;
        }
        try {
            Resource stranger =
                    NamesInJson.firstInRequest(body, host, named -> !client.seesAll() && isRefused(named, client));
            return stranger == null ? null : OwnAnswer.stranger(stranger);
        } catch (RefusedException e) {
            return e.answer();
        } catch (JacksonException e) {
            return OwnAnswer.invalid("The gateway could not read the request as JSON.");
        }
    }

    /** Returns why a client may not send a message of a Live session; null if it may. The pool reads none of them. */
    @Nullable
    OwnAnswer refusalOfMessage(ByteString message, GatewayClient client) {
        OwnAnswer refusal = refusalOf(message, client);
        boolean mayUse = refusal != null
                || client.models().isEmpty()
                || NamesInJson.modelsOfLive(message).stream().allMatch(client::mayUse);
        return mayUse ? refusal : OwnAnswer.forbidden("The client may not use this model.");
    }

    private boolean isRefused(NamesInJson.Named named, GatewayClient client) {
        return !isOwn(named.resource(), client, named.isCertain());
    }

    /** Returns whether a resource is known to belong to another client. */
    boolean isOfAnother(Resource resource, GatewayClient client) {
        return !client.seesAll() && !isOwn(resource, client, false);
    }

    private boolean isOwn(Resource resource, GatewayClient client, boolean mustBeKnown) {
        String owner = owners.of(resource);
        return owner == null ? !mustBeKnown : owner.equals(client.name());
    }

    /** Returns what to do with the body of a response; learns from its headers. */
    Handling handling(GeminiPath path, String method, Response response, GatewayClient client) {
        if (!response.isSuccessful()) {
            return Handling.PASS;
        }
        learnUpload(response, client);
        Resource resource = Resource.in(path);
        boolean isMade = method.equals("POST");
        if (resource == null) {
            String last = path.segments().get(path.segments().size() - 1);
            return isMade && MAKERS.contains(last.substring(last.indexOf(':') + 1)) ? Handling.LEARN : Handling.PASS;
        }
        if (method.equals("DELETE") && !resource.isCollection() && isWhole(path, resource)) {
            owners.remove(resource);
        }
        boolean isList = resource.isCollection() && method.equals("GET");
        if (isList) {
            return client.seesAll() ? Handling.PASS : Handling.FILTER;
        }
        boolean isStream = "text/event-stream".equals(mediaType(response));
        if (isStream) {
            return isMade && resource.collection().equals("interactions") ? Handling.LEARN_FROM_START : Handling.PASS;
        }
        return path.isDownload() ? Handling.PASS : Handling.LEARN;
    }

    private static boolean isWhole(GeminiPath path, Resource resource) {
        return String.join("/", path.segments()).endsWith("/" + resource.id());
    }

    /** Returns the type of a response without parameters; empty if it has none. */
    static String mediaType(Response response) {
        return Objects.requireNonNullElse(response.header("Content-Type"), "")
                .split(";", 2)[0]
                .strip();
    }

    private void learnUpload(Response response, GatewayClient client) {
        for (String header : GatewayHeaders.UPLOAD_URLS) {
            String session = response.header(header);
            HttpUrl url = session == null ? null : HttpUrl.parse(session);
            String id = url == null ? null : url.queryParameter("upload_id");
            if (id != null) {
                owners.addUpload(id, client.name());
            }
        }
    }

    /** Learns who owns what a response names, and returns the body that the client gets; null if it can't be read. */
    byte @Nullable [] read(byte[] body, Handling handling, GeminiPath path, String method, GatewayClient client) {
        Resource about = Resource.in(path);
        String collection = about == null ? "" : about.collection();
        if (handling == Handling.FILTER) {
            boolean mustBeKnown = about == null || !about.isPartlyShared();
            return NamesInJson.filtered(body, collection, resource -> isOwn(resource, client, mustBeKnown));
        }
        boolean isNew = method.equals("POST") && (about == null || about.isCollection());
        boolean isOwnersAnswer = isNew || (about != null && client.name().equals(owners.of(about)));
        for (NamesInJson.Said said : NamesInJson.inResponse(body, collection)) {
            Resource resource = said.resource();
            boolean isSame = resource.collection().equals(collection);
            if (isNew
                    && (about == null || (isSame && !path.isMethod()))
                    && said.kind() == NamesInJson.Said.Kind.ABOUT) {
                owners.add(resource, client.name());
            } else if (isOwnersAnswer && (isSame || said.kind() == NamesInJson.Said.Kind.MADE)) {
                owners.addIfUnknown(resource, client.name());
            }
        }
        if (isOwnersAnswer && collection.endsWith("operations")) {
            NamesInJson.videos(body).forEach(video -> owners.addIfUnknown(video, client.name()));
        }
        return body;
    }

    /** Learns the owner of an interaction from the beginning of its events; returns whether that names one. */
    boolean readStart(byte[] start, GatewayClient client) {
        Matcher interaction = INTERACTION.matcher(new String(start, StandardCharsets.UTF_8));
        if (interaction.find()) {
            owners.addIfUnknown(new Resource("interactions", interaction.group(1)), client.name());
            return true;
        }
        return false;
    }
}
