package io.github.geminipool.samples.gateway;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which client owns which name. A client with too many names loses its own oldest ones, nobody else's. Not thread-safe. */
final class OwnedNames {

    private final int maxOfClient;
    private final Map<String, String> clients = new LinkedHashMap<>();
    private final Map<String, Set<String>> names = new HashMap<>();

    OwnedNames(int maxOfClient) {
        this.maxOfClient = maxOfClient;
    }

    /** Returns the owner; null if there is none. */
    @Nullable
    String owner(String name) {
        return clients.get(name);
    }

    /** Returns the owners of all names, the oldest first. */
    Map<String, String> all() {
        return Collections.unmodifiableMap(clients);
    }

    /**
     * Changes the owner of a name, which becomes the newest.
     *
     * @param client null for nobody
     */
    void put(String name, @Nullable String client) {
        String before = clients.remove(name);
        if (before != null) {
            names.getOrDefault(before, Set.of()).remove(name);
        }
        if (client == null) {
            return;
        }
        clients.put(name, client);
        Set<String> own = names.computeIfAbsent(client, any -> new LinkedHashSet<>());
        own.add(name);
        if (own.size() > maxOfClient) {
            String oldest = own.iterator().next();
            own.remove(oldest);
            clients.remove(oldest);
        }
    }
}
