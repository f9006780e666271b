package io.github.geminipool.samples.batch;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The complete lines of a file, and what comes after them. */
final class FileLines {

    private final InputStream input;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long end;

    FileLines(FileChannel channel) throws IOException {
        this.input = new BufferedInputStream(Channels.newInputStream(channel.position(0)));
    }

    /** The next line without its end; null if there is no complete one any more. */
    byte @Nullable [] next() throws IOException {
        line.reset();
        for (int read = input.read(); read >= 0; read = input.read()) {
            if (read == '\n') {
                end += line.size() + 1;
                return line.toByteArray();
            }
            line.write(read);
        }
        return null;
    }

    /** Where the last complete line ends. */
    long end() {
        return end;
    }

    /** What comes after that; empty if nothing does. */
    String torn() {
        return line.toString(StandardCharsets.UTF_8);
    }
}
