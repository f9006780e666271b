package io.github.geminipool.internal.shared;

import io.github.geminipool.internal.time.PoolClock;
import io.github.geminipool.shared.FactKind;
import io.github.geminipool.spi.SharedStore;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * The owners of files, cached contents, batches, interactions and sessions, as all replicas know them. However many there are of one
 * kind, they displace none of another. Thread-safe.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/files">Files are deleted after 48 hours</a>
 */
final class SharedOwners implements Owners {

    private static final String FILES = "files/";
    private static final String INTERACTIONS = "interactions/";

    private static final Duration OF_FILE = Duration.ofDays(2);

    /** How long an owner is remembered after the last use of its resource. */
    private static final Duration LASTS = Duration.ofDays(30);

    private static final Duration REPEATED = Duration.ofDays(1);

    private final OwnersOfKind files;
    private final OwnersOfKind interactions;
    private final OwnersOfKind others;

    SharedOwners(SharedStore store, SharedNames names, PoolClock clock, LocalPool pool) {
        // A file does not live longer for being used.
        files = new OwnersOfKind(FactKind.OWNER_OF_FILE, OF_FILE, OF_FILE, store, names, clock, pool);
        interactions = new OwnersOfKind(FactKind.OWNER_OF_INTERACTION, LASTS, REPEATED, store, names, clock, pool);
        others = new OwnersOfKind(FactKind.OWNER, LASTS, REPEATED, store, names, clock, pool);
    }

    /** Hands out the readers of the facts, by kind. */
    void forEachReader(BiConsumer<FactKind, FactReader> to) {
        to.accept(FactKind.OWNER_OF_FILE, files);
        to.accept(FactKind.OWNER_OF_INTERACTION, interactions);
        to.accept(FactKind.OWNER, others);
    }

    @Override
    public void learned(String resource, String project) {
        if (!isPage(resource)) {
            of(resource).learned(resource, project);
        }
    }

    @Override
    public void forgotten(String resource) {
        if (!isPage(resource)) {
            of(resource).forgotten(resource);
        }
    }

    /** A page of a list is read within minutes, by whoever has its token. */
    private static boolean isPage(String resource) {
        return resource.contains("?pageToken=");
    }

    private OwnersOfKind of(String resource) {
        // A session of an upload, named by its path, is of no more use than the file.
        if (resource.startsWith(FILES) || resource.startsWith("/")) {
            return files;
        }
        return resource.startsWith(INTERACTIONS) ? interactions : others;
    }
}
