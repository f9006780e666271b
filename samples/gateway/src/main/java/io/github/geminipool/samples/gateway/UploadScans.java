package io.github.geminipool.samples.gateway;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Looks for names of other clients' resources in uploads, such as batch files, even if a name begins in one part of an upload and
 * ends in the next. Thread-safe.
 */
@Component
class UploadScans {

    /** Maximum number of uploads whose last part is kept; the oldest are forgotten first. */
    private static final int MAX_UPLOADS = 10_000;

    /** Maximum number of interrupted parts in a row. */
    private static final int MAX_BROKEN = 16;

    /** What is known of an upload. */
    private static final class Upload {

        /** Its possible ends so far: after an interrupted part, nobody knows how much of it has arrived. */
        private List<NameScan> ends = List.of(new NameScan());

        /** The request that may continue it; null if there is none. */
        private @Nullable Scan running;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Upload> uploads = new LinkedHashMap<>();

    /**
     * Returns the scan of a request's body.
     *
     * @param upload the upload that the body continues, which ends any other request that continues it; null for none
     * @param isRefused whether the body may not name a resource
     * @throws RefusedException if too many parts were interrupted
     */
    Scan scan(@Nullable String upload, Predicate<Resource> isRefused) {
        if (upload == null) {
            return new Scan(new Upload(), isRefused);
        }
        lock.lock();
        try {
            Upload known = uploads.remove(upload);
            Upload continued = known == null ? new Upload() : known;
            uploads.put(upload, continued);
            if (uploads.size() > MAX_UPLOADS) {
                uploads.remove(uploads.keySet().iterator().next());
            }
            if (continued.running != null) {
                continued.running.brokeOff();
            }
            if (continued.ends.size() > MAX_BROKEN) {
                throw new RefusedException(OwnAnswer.invalid("Too many parts of the upload were interrupted."));
            }
            Scan scan = new Scan(continued, isRefused);
            continued.running = scan;
            return scan;
        } finally {
            lock.unlock();
        }
    }

    /** The scan of a request's body. Thread-safe. */
    final class Scan {

        private static final int RESUME = 308;

        private final Upload upload;
        private final Predicate<Resource> isRefused;
        private final List<NameScan> scans;
        private final ReentrantLock reading = new ReentrantLock();
        private boolean isOver;

        private Scan(Upload upload, Predicate<Resource> isRefused) {
            this.upload = upload;
            this.isRefused = isRefused;
            this.scans = upload.ends.stream().map(NameScan::copy).toList();
        }

        /**
         * Reads a part of the body.
         *
         * @throws RefusedException if it names a resource that it must not name, or another request continues the upload
         */
        void read(ByteBuffer part) {
            reading.lock();
            try {
                if (isOver) {
                    throw new RefusedException(OwnAnswer.invalid("Another request continues the upload."));
                }
                for (NameScan scan : scans) {
                    Resource refused = scan.find(part.duplicate(), isRefused);
                    if (refused != null) {
                        throw new RefusedException(OwnAnswer.stranger(refused));
                    }
                }
            } finally {
                reading.unlock();
            }
        }

        /** Records that Gemini has answered: after a 308, the upload may go on where this part ended. */
        void answered(int status) {
            end(status / 100 == 2 || status == RESUME);
        }

        /** Learns that it is unknown how much Gemini has, unless Gemini has answered. */
        void brokeOff() {
            end(false);
        }

        private void end(boolean hasPassed) {
            lock.lock();
            reading.lock();
            try {
                if (isOver) {
                    return;
                }
                isOver = true;
                upload.ends = hasPassed ? scans : withEnds();
                if (upload.running == this) {
                    upload.running = null;
                }
            } finally {
                reading.unlock();
                lock.unlock();
            }
        }

        private List<NameScan> withEnds() {
            List<NameScan> all = new ArrayList<>(upload.ends);
            scans.stream().filter(scan -> all.stream().noneMatch(scan::isLike)).forEach(all::add);
            return all;
        }
    }
}
