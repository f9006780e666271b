package io.github.geminipool.samples.gateway;

import jakarta.annotation.PreDestroy;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Which client owns which resource, in memory and in a file. The file has a line for each change: a hash of the resource's name,
 * and the client's name or a dash. Thread-safe.
 */
@Component
class Owners {

    /** Maximum number of a client's resources; its oldest are forgotten first. */
    static final int MAX_OWNED = 100_000;

    /** Maximum number of a client's running uploads, which are not kept in the file; its oldest are forgotten first. */
    static final int MAX_UPLOADS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(Owners.class);
    private static final String NOBODY = "-";
    private static final int HASH_BYTES = 18;

    private final ReentrantLock lock = new ReentrantLock();
    private final OwnedNames resources = new OwnedNames(MAX_OWNED);
    private final OwnedNames uploads = new OwnedNames(MAX_UPLOADS);
    private final @Nullable BufferedWriter file;

    Owners(GatewayProperties properties, Clients known) throws IOException {
        this.file = known.areNone() ? null : open(properties.ownersFile());
    }

    private BufferedWriter open(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<String> lines = Files.lines(path)) {
                lines.map(line -> line.split(" ", 2))
                        .filter(parts -> parts.length == 2)
                        .forEach(parts -> resources.put(parts[0], parts[1].equals(NOBODY) ? null : parts[1]));
            }
        }
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        BufferedWriter writer = Files.newBufferedWriter(fresh);
        for (Map.Entry<String, String> owner : resources.all().entrySet()) {
            writer.write(owner.getKey() + " " + owner.getValue() + "\n");
        }
        writer.flush();
        Files.move(fresh, path, StandardCopyOption.REPLACE_EXISTING);
        return writer;
    }

    /** Returns the name of the client that owns a resource; null if unknown. */
    @Nullable
    String of(Resource resource) {
        lock.lock();
        try {
            return resources.owner(hash(resource));
        } finally {
            lock.unlock();
        }
    }

    /** Returns the name of the client that began an upload; null if unknown. */
    @Nullable
    String ofUpload(String id) {
        lock.lock();
        try {
            return uploads.owner(hash(id));
        } finally {
            lock.unlock();
        }
    }

    /** Records who began an upload, unless that is known. */
    void addUpload(String id, String client) {
        lock.lock();
        try {
            if (uploads.owner(hash(id)) == null) {
                uploads.put(hash(id), client);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Records the owner of a new resource. */
    void add(Resource resource, String client) {
        change(hash(resource), client, true);
    }

    /** Records the owner of a resource, unless it has one. */
    void addIfUnknown(Resource resource, String client) {
        change(hash(resource), client, false);
    }

    /** Forgets a resource that no longer exists. */
    void remove(Resource resource) {
        change(hash(resource), NOBODY, true);
    }

    private void change(String hash, String client, boolean replace) {
        lock.lock();
        try {
            String before = Objects.requireNonNullElse(resources.owner(hash), NOBODY);
            if (before.equals(client) || !(replace || before.equals(NOBODY))) {
                return;
            }
            resources.put(hash, client.equals(NOBODY) ? null : client);
            if (file != null) {
                file.write(hash + " " + client + "\n");
                file.flush();
            }
        } catch (IOException e) {
            log.warn(
                    "Could not write gateway.owners-file; after a restart, clients lose access to what they have created since",
                    e);
        } finally {
            lock.unlock();
        }
    }

    private static String hash(Resource resource) {
        return hash(resource.name());
    }

    private static String hash(String name) {
        return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(Password.sha256(name), HASH_BYTES));
    }

    @PreDestroy
    void close() {
        lock.lock();
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }
}
