package io.github.geminipool.benchmarks;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** Responds to every request at once, without the network. */
final class CannedAnswer implements Interceptor {

    private static final MediaType JSON = MediaType.get("application/json; charset=UTF-8");
    private static final String BODY = """
            {
              "candidates": [
                {
                  "content": {"parts": [{"text": "Because of Rayleigh scattering."}], "role": "model"},
                  "finishReason": "STOP",
                  "index": 0
                }
              ],
              "usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 6, "totalTokenCount": 13},
              "modelVersion": "gemini-flash-latest",
              "responseId": "canned"
            }
            """;

    @Override
    public Response intercept(Chain chain) throws IOException {
        return new Response.Builder()
                .request(chain.request())
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .header("Content-Type", "application/json; charset=UTF-8")
                .body(ResponseBody.create(BODY, JSON))
                .build();
    }
}
