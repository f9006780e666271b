package io.github.geminipool.wire.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.settings.RetrySettings;
import io.github.geminipool.testing.OtherJvm;
import io.github.geminipool.testing.PoolInvariants;
import io.github.geminipool.testing.SocketServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a call fails, no class of the pool is initialized for the first time: for lack of memory, it would stay unusable. */
@Tag("wire")
class FailureClassesTest {

    private static final Pattern INITIALIZED =
            Pattern.compile("Initializing 'io/github/geminipool/((?!wire/|testing/)[^']+)'(?!\\(no method\\))");
    private static final String ANSWER =
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"fine\"}]},\"finishReason\":\"STOP\"}]}";
    private static final String QUOTA =
            "{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\",\"violations\":[{\"quotaMetric\":"
                    + "\"generativelanguage.googleapis.com/generate_content_free_tier_requests\",\"quotaId\":"
                    + "\"GenerateRequestsPerMinutePerProjectPerModel-FreeTier\",\"quotaValue\":\"5\"}]},"
                    + "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"1s\"}";

    @Test
    @Timeout(120)
    void areInitializedBefore(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("classes.log");
        OtherJvm.with("-Xlog:class+init=info:file=" + log).run(Failures.class);
        String all = Files.readString(log);
        int called = all.indexOf(Called.class.getName().replace('.', '/') + "'");
        assertThat(called).isPositive();
        Matcher late = INITIALIZED.matcher(all.substring(called));
        assertThat(late.results().map(found -> found.group(1)).distinct()).isEmpty();
    }

    /** Its initialization shows in the log that calls have been answered, and others fail from then on. */
    private enum Called {
        YES
    }

    /** The main class of the other JVM. */
    static final class Failures {

        private Failures() {}

        public static void main(String[] args) throws Exception {
            SocketServer server = new SocketServer(Failures::answer);
            GeminiPool pool = GeminiPool.builder()
                    .key(PoolInvariants.secretOf("one"))
                    .key(PoolInvariants.secretOf("two"))
                    .settings(GeminiPoolSettings.DEFAULTS
                            .withBaseUrl(server.url())
                            .withRetry(new RetrySettings(2, Duration.ofMillis(1), 1, Duration.ofMillis(1), 0, 1)))
                    .build();
            pool.generateContentAsync("Hi").get(30, TimeUnit.SECONDS);
            pool.generateContent("Hi");
            System.out.println("answered: " + Called.YES);
            for (String model : List.of("cut", "m500", "m503", "m429", "m403", "m404", "m400", "m401")) {
                pool.tryGenerateContent(GenerationRequest.of("Hi").model(model).acquireTimeout(Duration.ofMillis(100)));
            }
            System.exit(0);
        }

        private static boolean answer(String request, Socket client) throws IOException {
            Matcher status = Pattern.compile("models/m(\\d+)").matcher(request);
            if (status.find()) {
                int code = Integer.parseInt(status.group(1));
                String error = "{\"error\":{\"code\":" + code + ",\"message\":\"a test\",\"details\":["
                        + (code == 429 ? QUOTA : "") + "]}}";
                SocketServer.write(
                        client,
                        "HTTP/1.1 " + code + " Failed\r\nContent-Type: application/json\r\nContent-Length: "
                                + error.length() + "\r\n\r\n" + error);
            } else if (request.contains("models/cut")) {
                SocketServer.write(client, SocketServer.head("application/json", "Content-Length: 500"));
                return false;
            } else {
                SocketServer.write(client, "application/json", ANSWER);
            }
            return true;
        }
    }
}
