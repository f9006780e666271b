package io.github.geminipool.simulator.internal.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.URIUtil;
import org.eclipse.jetty.util.thread.Invocable;

/** Reads Jetty's requests and writes its responses. */
final class Requests {
    private Requests() {}

    /** Reads the whole body without blocking; fails with an {@link IllegalStateException} if it is too long. */
    static void body(Request request, int maxBytes, Consumer<byte[]> received, Consumer<Throwable> failed) {
        Content.Source.asByteArrayAsync(
                request, maxBytes, Promise.Invocable.from(Invocable.InvocationType.NON_BLOCKING, received, failed));
    }

    static String path(Request request) {
        return URIUtil.decodePath(request.getHttpURI().getPath());
    }

    static String base(Request request) {
        return request.getHttpURI().getScheme() + "://" + request.getHttpURI().getAuthority();
    }

    static List<Map.Entry<String, String>> headers(Request request) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (HttpField field : request.getHeaders()) {
            headers.add(Map.entry(field.getLowerCaseName(), field.getValue() == null ? "" : field.getValue()));
        }
        return headers;
    }

    static List<Map.Entry<String, String>> query(Request request) {
        List<Map.Entry<String, String>> query = new ArrayList<>();
        for (Fields.Field field : Request.extractQueryParameters(request, StandardCharsets.UTF_8)) {
            field.getValues().forEach(value -> query.add(Map.entry(field.getName(), value)));
        }
        return query;
    }

    static String pathAndQueryWithoutKey(Request request) {
        return request.getHttpURI().getPathQuery().replaceAll("([?&](?:key|access_token)=)[^&]*", "$1***");
    }

    static void json(Response response, String json, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json; charset=UTF-8");
        Content.Sink.write(response, true, json, callback);
    }
}
