package io.github.geminipool.samples.gateway;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * Refuses forms whose parts have a {@code Content-Transfer-Encoding}, because names in them could not be found. Reads buffers that may
 * end anywhere. Not thread-safe.
 */
final class PartEncodings {

    private enum State {
        /** Where a line begins that may be a boundary. */
        LINE,
        /** Within a line of content. */
        CONTENT,
        /** After what may be a boundary. */
        BOUNDARY,
        /** Within a part's headers. */
        HEADERS
    }

    private static final Pattern BOUNDARY = Pattern.compile("[A-Za-z0-9'()+_,./:=?-]{1,70}");
    private static final Pattern PARAMETER = Pattern.compile("boundary", Pattern.CASE_INSENSITIVE);
    private static final String ENCODING = "content-transfer-encoding";
    private static final Set<String> PLAIN = Set.of("7bit", "8bit", "binary");
    private static final int MAX_LINE = 8 * 1024;

    private final String delimiter;
    private final StringBuilder line = new StringBuilder();
    private State state = State.LINE;

    private PartEncodings(String delimiter) {
        this.delimiter = delimiter;
    }

    /**
     * Creates a reader for a form.
     *
     * @throws RefusedException if it is unclear where its parts begin
     */
    static PartEncodings of(MediaType form) {
        @Nullable String boundary = form.parameter("boundary");
        boolean isClear = boundary != null
                && BOUNDARY.matcher(boundary).matches()
                && PARAMETER.matcher(form.toString()).results().count() == 1;
        if (!isClear) {
            throw refusal();
        }
        return new PartEncodings("--" + boundary);
    }

    /**
     * Reads the next bytes.
     *
     * @throws RefusedException if a part is encoded
     */
    void read(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            char c = (char) (bytes.get() & 0xff);
            switch (state) {
                case LINE -> inBoundary(c);
                case CONTENT -> state = c == '\n' ? State.LINE : State.CONTENT;
                case BOUNDARY -> afterBoundary(c);
                case HEADERS -> inHeaders(c);
            }
        }
    }

    private void inBoundary(char c) {
        if (c != delimiter.charAt(line.length())) {
            line.setLength(0);
            state = c == '\n' ? State.LINE : State.CONTENT;
            return;
        }
        line.append(c);
        if (line.length() == delimiter.length()) {
            line.setLength(0);
            state = State.BOUNDARY;
        }
    }

    private void afterBoundary(char c) {
        if (c == '\n') {
            state = line.toString().isBlank() ? State.HEADERS : State.LINE;
            line.setLength(0);
        } else if (line.length() < MAX_LINE) {
            line.append(c);
        } else {
            line.setLength(0);
            state = State.CONTENT;
        }
    }

    private void inHeaders(char c) {
        if (c != '\n') {
            if (line.length() == MAX_LINE) {
                throw refusal();
            }
            line.append(c);
            return;
        }
        int end = line.length() - 1;
        String header = end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
        line.setLength(0);
        if (header.isEmpty()) {
            state = State.LINE;
        } else if (header.indexOf('\r') >= 0 || isEncoded(header)) {
            throw refusal();
        }
    }

    /** A value that continues on the next line is not a plain one. */
    private static boolean isEncoded(String header) {
        String[] parts = header.toLowerCase(Locale.ROOT).split(":", 2);
        return parts[0].strip().equals(ENCODING) && (parts.length < 2 || !PLAIN.contains(parts[1].strip()));
    }

    private static RefusedException refusal() {
        return new RefusedException(OwnAnswer.invalid("The gateway can't read the parts of the form."));
    }
}
