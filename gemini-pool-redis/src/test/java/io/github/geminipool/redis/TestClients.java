package io.github.geminipool.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Clients of the tests' servers; all of them share two threads, which end with the JVM. */
final class TestClients {

    private static final ClientResources RESOURCES = ClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .build();

    private static final Map<RedisURI, RedisClient> CLIENTS = new ConcurrentHashMap<>();

    private TestClients() {}

    static RedisClient client(RedisURI uri) {
        return CLIENTS.computeIfAbsent(uri, one -> RedisClient.create(RESOURCES, one));
    }

    /** Returns a client of its own for a user: addresses are equal whoever the user is. */
    static RedisClient client(RedisURI uri, String user, String password) {
        RedisURI of = RedisURI.builder(uri).build();
        of.setCredentialsProvider(new StaticCredentialsProvider(user, password.toCharArray()));
        return RedisClient.create(RESOURCES, of);
    }

    static RedisClusterClient cluster(RedisURI uri) {
        return RedisClusterClient.create(RESOURCES, uri);
    }
}
