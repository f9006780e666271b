package io.github.geminipool.simulator.internal.resource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Uploads that have begun. The bytes are counted and hashed, not kept. Thread-safe. */
public final class Uploads {
    private final Map<String, Upload> open = new HashMap<>();

    /**
     * Begins an upload.
     *
     * @param id of the session
     * @param upload what is known of it
     */
    public synchronized void begin(String id, Upload upload) {
        open.put(id, upload);
    }

    /**
     * Looks for an upload.
     *
     * @param id of the session
     * @param project who asks
     * @return empty if there is none, or it is another project's
     */
    public synchronized Optional<Upload> find(String id, String project) {
        return Optional.ofNullable(open.get(id)).filter(upload -> upload.project.equals(project));
    }

    /**
     * Ends an upload.
     *
     * @param id of the session
     */
    public synchronized void end(String id) {
        open.remove(id);
    }

    /** Ends all uploads. */
    public synchronized void clear() {
        open.clear();
    }

    /** One upload. Thread-safe. */
    public static final class Upload {
        private final String project;
        private final String fileName;
        private final String displayName;
        private final String mimeType;
        private final MessageDigest digest;
        private long received;

        /**
         * An upload of which nothing was received.
         *
         * @param project whose
         * @param fileName the resource's name, such as {@code files/abc}
         * @param displayName for people; may be empty
         * @param mimeType of the content
         */
        public Upload(String project, String fileName, String displayName, String mimeType) {
            this.project = project;
            this.fileName = fileName;
            this.displayName = displayName;
            this.mimeType = mimeType;
            try {
                this.digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("Every Java has SHA-256", impossible);
            }
        }

        /**
         * Takes a part.
         *
         * @param offset where it belongs; negative if the client did not say
         * @param bytes the part
         * @return whether it followed the last one
         */
        public synchronized boolean append(long offset, ByteBuffer bytes) {
            if (offset >= 0 && offset != received) {
                return false;
            }
            received += bytes.remaining();
            digest.update(bytes.duplicate());
            return true;
        }

        /**
         * Bytes so far.
         *
         * @return the offset of the next part
         */
        public synchronized long received() {
            return received;
        }

        /**
         * The hash as the API shows it: base64 of the hexadecimal form. Ends the upload's life.
         *
         * @return of all bytes
         */
        public synchronized String hash() {
            byte[] hex = HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder().encodeToString(hex);
        }

        /**
         * The resource's name.
         *
         * @return such as {@code files/abc}
         */
        public String fileName() {
            return fileName;
        }

        /**
         * The name for people.
         *
         * @return may be empty
         */
        public String displayName() {
            return displayName;
        }

        /**
         * The type of the content.
         *
         * @return as the client gave it
         */
        public String mimeType() {
            return mimeType;
        }
    }
}
