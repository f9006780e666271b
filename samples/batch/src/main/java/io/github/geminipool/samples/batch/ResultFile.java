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
 * A file of results, which also tells what is done: a prompt is, when its line is there up to its end. A process that is
 * killed may leave a torn line behind; it is cut off, and its prompt asked again.
 */
final class ResultFile implements Results {

    private final Path file;
    private final FileChannel channel;

    private ResultFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens it, and keeps others from writing to it. */
    static ResultFile open(Path file) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            ResultFile opened = new ResultFile(file, channel);
            if (!opened.lock()) {
                opened.close();
                throw new BatchException(ExitCode.OUTPUT_REFUSED, file + " is being written by another process");
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
            throw refused("line " + number + " is no result");
        }
        if (!prompts.hasNext()) {
            throw refused("it has more results than there are prompts");
        }
        if (!line.isOf(prompts.next())) {
            throw refused("line " + number + " is the result of another prompt, or of one that was asked otherwise");
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

    /** What is cut off must be ours: somebody may have named a file with something else in it. */
    private void checkTorn(String torn, long number) {
        String beginning = ResultLine.beginning(number);
        if (!torn.startsWith(beginning) && !beginning.startsWith(torn)) {
            throw refused("line " + number + " is no result");
        }
    }

    private BatchException refused(String why) {
        return new BatchException(
                ExitCode.OUTPUT_REFUSED,
                file + " does not belong to these prompts: " + why
                        + ". Nothing was changed. Take another output, or remove that file.");
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
    public String howToGoOn() {
        return "The same command goes on from there.";
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
                file + " can't be written: " + e.getClass().getSimpleName() + ", " + e.getMessage(),
                e);
    }
}
