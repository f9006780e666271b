package io.github.geminipool.samples.gateway;

import io.github.geminipool.spi.CallerLimits;
import io.github.geminipool.spi.Priority;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The gateway's settings.
 *
 * @param clients who may use the gateway; if there are none, only programs on this machine may
 * @param operator who may see the dashboard
 * @param publicUrl scheme, host and port by which clients reach the gateway; by default those that each request names
 * @param ownersFile the file that remembers which client owns which resource
 * @param poolHeaders whether response headers tell key and attempts
 * @param simulator whether clients may get simulated answers if there are no keys
 * @param maxBodySize maximum size of a request other than an upload
 * @param maxBodiesSize maximum total size of all requests other than uploads, and of responses; by default, half of the heap
 * @param stallTimeout how long a client may take nothing of its response, or send nothing of its request, before it is disconnected
 * @param wrongTokenDelay how long the response to the first wrong token takes; each further one takes twice as long
 */
@ConfigurationProperties("gateway")
record GatewayProperties(
        @DefaultValue List<Client> clients,
        @DefaultValue Operator operator,
        @Nullable URI publicUrl,
        @DefaultValue("gateway-owners.txt") Path ownersFile,
        @DefaultValue("false") boolean poolHeaders,
        @DefaultValue("false") boolean simulator,
        @DefaultValue("64MB") DataSize maxBodySize,
        @Nullable DataSize maxBodiesSize,
        @DefaultValue("60s") Duration stallTimeout,
        @DefaultValue("250ms") Duration wrongTokenDelay) {

    /**
     * A client.
     *
     * @param name its name in statistics and logs, unique
     * @param token what it sends as its API key, at least 16 characters
     * @param seesAll whether it may use the files, caches, batches and interactions of all clients
     * @param requestsPerMinute maximum number of its calls in any 60 seconds
     * @param tokensPerMinute maximum number of its prompts' tokens in any 60 seconds
     * @param requestsPerDay maximum number of its calls from midnight to midnight Pacific time
     * @param concurrency maximum number of its calls at the same time
     * @param priority how urgent its calls are
     * @param projects the projects whose keys its calls may use; empty for all
     * @param models the models that its calls may use; empty for all
     */
    record Client(
            String name,
            Password token,
            @DefaultValue("false") boolean seesAll,
            @Nullable Integer requestsPerMinute,
            @Nullable Integer tokensPerMinute,
            @Nullable Integer requestsPerDay,
            @Nullable Integer concurrency,
            @Nullable Priority priority,
            @DefaultValue Set<String> projects,
            @DefaultValue Set<String> models) {

        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
        private static final int MIN_TOKEN = 16;

        Client {
            if (name == null || !NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "gateway.clients: a name must have 1 to 64 letters, digits, '.', '_' or '-'");
            }
            if (token == null || token.length() < MIN_TOKEN) {
                throw new IllegalArgumentException(
                        "gateway.clients: the token of " + name + " must have at least " + MIN_TOKEN + " characters");
            }
        }

        /** Returns what its calls may take from the pool. */
        CallerLimits limits() {
            return new CallerLimits(
                    name, requestsPerMinute, tokensPerMinute, requestsPerDay, concurrency, priority, projects, models);
        }
    }

    /**
     * The operator.
     *
     * @param user user name
     * @param password at least 12 characters; by default, one is generated and logged at each start
     */
    record Operator(
            @DefaultValue("operator") String user, @Nullable Password password) {

        private static final int MIN_PASSWORD = 12;

        Operator {
            if (password != null && password.length() > 0 && password.length() < MIN_PASSWORD) {
                throw new IllegalArgumentException("gateway.operator.password must have at least " + MIN_PASSWORD
                        + " characters; without one, a password is generated at each start");
            }
        }
    }
}
