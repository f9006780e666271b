package io.github.geminipool.samples.batch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A file of results, which also serves as the journal: a prompt is done when its complete line is in the file. A killed
 * process may leave an incomplete last line, which is removed; its prompt is run again.
 */
final class ResultFile implements Results {

    private final Path file;
    private final FileChannel channel;

    private ResultFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens the file and locks it against other processes. */
    static ResultFile open(Path file) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            ResultFile opened = new ResultFile(file, channel);
            if (!opened.lock()) {
                opened.close();
                throw new BatchException(ExitCode.OUTPUT_REFUSED, file + " is in use by another process");
            }
            return opened;
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private boolean lock() throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public Tally resume(Prompts prompts) {
        try {
            FileLines lines = new FileLines(channel);
            Tally done = Tally.NONE;
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                done = done.plus(lineOf(prompts, done.done() + 1, line));
            }
            checkTorn(lines.torn(), done.done() + 1);
            channel.truncate(lines.end());
            channel.position(lines.end());
            return done;
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private ResultLine lineOf(Prompts prompts, long number, byte[] bytes) {
        ResultLine line = parse(bytes);
        if (line == null) {
            throw refused("line " + number + " is not a result");
        }
        if (!prompts.hasNext()) {
            throw refused("it has more results than prompts");
        }
        if (!line.isOf(prompts.next())) {
            throw refused("line " + number + " is the result of another prompt or of other request options");
        }
        return line;
    }

    private static @Nullable ResultLine parse(byte[] line) {
        try {
            return ResultLine.parse(line);
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Checks that the line to remove is a result: the file might be something else, named by mistake. */
    private void checkTorn(String torn, long number) {
        String beginning = ResultLine.beginning(number);
        if (!torn.startsWith(beginning) && !beginning.startsWith(torn)) {
            throw refused("line " + number + " is not a result");
        }
    }

    private BatchException refused(String why) {
        return new BatchException(
                ExitCode.OUTPUT_REFUSED,
                file + " does not match these prompts: " + why
                        + ". The file was not changed. Choose another output, or delete the file.");
    }

    @Override
    public void write(ResultLine line) {
        ByteBuffer bytes = ByteBuffer.wrap(line.toBytes());
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    @Override
    public String howToContinue() {
        return "Run the same command to continue.";
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static BatchException failed(Path file, IOException e) {
        return new BatchException(
                ExitCode.OUTPUT_FAILED,
                file + " cannot be written: " + e.getClass().getSimpleName() + ", " + e.getMessage(),
                e);
    }
}
