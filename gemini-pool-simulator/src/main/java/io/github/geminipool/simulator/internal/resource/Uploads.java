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

/** Uploads in progress. Bytes are counted and hashed, but not kept. Thread-safe. */
public final class Uploads {
    private final Map<String, Upload> open = new HashMap<>();

    /**
     * Starts an upload.
     *
     * @param id session id
     * @param upload the upload
     */
    public synchronized void begin(String id, Upload upload) {
        open.put(id, upload);
    }

    /**
     * Finds an upload.
     *
     * @param id session id
     * @param project the requesting project
     * @return the upload; empty if it does not exist or belongs to another project
     */
    public synchronized Optional<Upload> find(String id, String project) {
        return Optional.ofNullable(open.get(id)).filter(upload -> upload.project.equals(project));
    }

    /**
     * Ends an upload.
     *
     * @param id session id
     */
    public synchronized void end(String id) {
        open.remove(id);
    }

    /** Ends all uploads. */
    public synchronized void clear() {
        open.clear();
    }

    /** An upload. Thread-safe. */
    public static final class Upload {
        private final String project;
        private final String fileName;
        private final String displayName;
        private final String mimeType;
        private final MessageDigest digest;
        private long received;

        /**
         * Creates an upload.
         *
         * @param project the project
         * @param fileName resource name, such as {@code files/abc}
         * @param displayName display name; may be empty
         * @param mimeType MIME type
         */
        public Upload(String project, String fileName, String displayName, String mimeType) {
            this.project = project;
            this.fileName = fileName;
            this.displayName = displayName;
            this.mimeType = mimeType;
            try {
                this.digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("SHA-256 is not available", impossible);
            }
        }

        /**
         * Appends a chunk.
         *
         * @param offset the chunk's offset; negative if unknown
         * @param bytes the chunk
         * @return whether it follows the previous chunk
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
         * Returns the number of bytes received.
         *
         * @return the offset of the next chunk
         */
        public synchronized long received() {
            return received;
        }

        /**
         * Returns the hash in the API's format, base64 of the hexadecimal form. Call at most once, at the end.
         *
         * @return the SHA-256 of all bytes
         */
        public synchronized String hash() {
            byte[] hex = HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder().encodeToString(hex);
        }

        /**
         * Returns the resource name.
         *
         * @return for example {@code files/abc}
         */
        public String fileName() {
            return fileName;
        }

        /**
         * Returns the display name.
         *
         * @return the display name; may be empty
         */
        public String displayName() {
            return displayName;
        }

        /**
         * Returns the MIME type.
         *
         * @return the type set by the client
         */
        public String mimeType() {
            return mimeType;
        }
    }
}
