package io.github.geminipool.internal.http;

import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;

/** Requests to a Gemini that does not exist, and its responses. */
final class Responses {

    static final MediaType JSON = MediaType.get("application/json");

    private static final String BASE = "http://gemini.test/v1beta/";

    private Responses() {}

    /** Returns a request to generate content. */
    static Request generate(String model) {
        return generate(model, RequestBody.create("{}", JSON));
    }

    static Request generate(String model, RequestBody body) {
        return post("models/" + model + ":generateContent", body);
    }

    /** Returns a request to create something, which must not be carried out twice. */
    static Request create() {
        return post("cachedContents", RequestBody.create("{}", JSON));
    }

    static Request get(String path) {
        return new Request.Builder().url(BASE + path).build();
    }

    static Request post(String path, RequestBody body) {
        return new Request.Builder().url(BASE + path).post(body).build();
    }

    /** Returns a body that can be sent only once. */
    static RequestBody oneShot() {
        return new RequestBody() {
            @Override
            public MediaType contentType() {
                return JSON;
            }

            @Override
            public void writeTo(BufferedSink sink) {}

            @Override
            public boolean isOneShot() {
                return true;
            }
        };
    }

    static Response of(Request request, int status, String body) {
        return of(request, status, "application/json", ResponseBody.create(body, JSON));
    }

    static Response of(Request request, int status, String contentType, ResponseBody body) {
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("")
                .header("Content-Type", contentType)
                .body(body)
                .build();
    }
}
