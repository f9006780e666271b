package io.github.geminipool.samples.batch;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the complete lines of a file, and the incomplete rest. */
final class FileLines {

    private final InputStream input;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long end;

    FileLines(FileChannel channel) throws IOException {
        this.input = new BufferedInputStream(Channels.newInputStream(channel.position(0)));
    }

    /** Returns the next complete line without its line end; null if there is none. */
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

    /** Returns the position after the last complete line read. */
    long end() {
        return end;
    }

    /** Returns the incomplete rest of the file; empty if there is none. */
    String torn() {
        return line.toString(StandardCharsets.UTF_8);
    }
}
