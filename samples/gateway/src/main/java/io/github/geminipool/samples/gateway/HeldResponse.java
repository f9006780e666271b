package io.github.geminipool.samples.gateway;

import java.io.IOException;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;

/** The part of a response that is in memory while the client reads it. */
final class HeldResponse {

    /** This much of each response is not charged, as with streams. */
    private static final long FREE = 64 * 1024;

    /** A response that is read whole is in memory twice: as received, and as sent. */
    private static final long COPIES = 2;

    private HeldResponse() {}

    /** Takes memory for what was already read of a response; returns false if there is none. */
    static boolean isCharged(Response response, BodyMemory.Share share) {
        long held = response.body().source().getBuffer().size();
        return held <= FREE || share.add(held - FREE);
    }

    /**
     * Reads a response whole.
     *
     * @throws RefusedException if there is no memory for it
     */
    static byte[] read(Response response, BodyMemory.Share share) throws IOException {
        BufferedSource source = response.body().source();
        Buffer held = source.getBuffer();
        long charged = FREE;
        do {
            long more = held.size() - charged;
            if (more > 0 && !share.add(more * COPIES)) {
                throw new RefusedException(OwnAnswer.busy());
            }
            charged += Math.max(0, more);
        } while (source.request(held.size() + 1));
        return source.readByteArray();
    }
}
