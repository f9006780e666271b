package io.github.geminipool.samples.gateway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.stereotype.Component;

/**
 * Looks for names of other clients' resources in uploads, such as batch files, even if a name begins in one part of an upload and
 * ends in the next. Thread-safe; a scan of one request is not.
 */
@Component
class UploadScans {

    /** Maximum number of uploads whose last part is kept; the oldest are forgotten first. */
    private static final int MAX_UPLOADS = 10_000;

    /** Maximum number of interrupted parts in a row. */
    private static final int MAX_BROKEN = 16;

    private final ReentrantLock lock = new ReentrantLock();

    /** The possible ends of each upload so far: after an interrupted part, nobody knows how much of it has arrived. */
    private final Map<String, List<NameScan>> ends = new LinkedHashMap<>();

    /**
     * Returns the scan of a request's body; null if too many parts were interrupted.
     *
     * @param upload the upload that the body continues; null for none
     * @param isRefused accepts the resources that the body must not name
     */
    @Nullable
    Scan scan(@Nullable String upload, Predicate<Resource> isRefused) {
        lock.lock();
        try {
            List<NameScan> before = upload == null ? List.of() : ends.getOrDefault(upload, List.of());
            if (before.size() > MAX_BROKEN) {
                return null;
            }
            List<NameScan> scans = new ArrayList<>(
                    before.isEmpty()
                            ? List.of(new NameScan())
                            : before.stream().map(NameScan::copy).toList());
            return new Scan(upload, isRefused, scans);
        } finally {
            lock.unlock();
        }
    }

    private void passed(@Nullable String upload, List<NameScan> scans) {
        if (upload == null) {
            return;
        }
        lock.lock();
        try {
            ends.remove(upload);
            ends.put(upload, scans);
            if (ends.size() > MAX_UPLOADS) {
                ends.remove(ends.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    private void brokeOff(@Nullable String upload, List<NameScan> scans) {
        if (upload == null) {
            return;
        }
        lock.lock();
        try {
            List<NameScan> all = new ArrayList<>(ends.getOrDefault(upload, List.of(new NameScan())));
            scans.stream().filter(scan -> all.stream().noneMatch(scan::isLike)).forEach(all::add);
            ends.put(upload, all);
        } finally {
            lock.unlock();
        }
    }

    /** The scan of a request's body. */
    final class Scan {

        private static final int RESUME = 308;

        private final @Nullable String upload;
        private final Predicate<Resource> isRefused;
        private final List<NameScan> scans;

        private Scan(@Nullable String upload, Predicate<Resource> isRefused, List<NameScan> scans) {
            this.upload = upload;
            this.isRefused = isRefused;
            this.scans = scans;
        }

        /**
         * Reads a part of the body.
         *
         * @throws RefusedException if it names a resource that it must not name
         */
        void read(DataBuffer part) {
            for (NameScan scan : scans) {
                Resource refused = scan.find(part, isRefused);
                if (refused != null) {
                    throw new RefusedException(OwnAnswer.stranger(refused));
                }
            }
        }

        /** Records that Gemini has answered: after a 308, the upload may go on where this part ended. */
        void answered(int status) {
            if (status / 100 == 2 || status == RESUME) {
                passed(upload, copies());
            } else {
                brokeOff();
            }
        }

        /** Records that the part was interrupted, so that it is unknown how much of it Gemini has. */
        void brokeOff() {
            UploadScans.this.brokeOff(upload, copies());
        }

        /** Copies, because the request may still be being read. */
        private List<NameScan> copies() {
            return scans.stream().map(NameScan::copy).toList();
        }
    }
}
