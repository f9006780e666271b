package io.github.geminipool.samples.batch;

import java.io.IOException;
import java.io.OutputStream;

/** Results on standard output; a later run cannot continue after them. */
final class StandardOutput implements Results {

    private final OutputStream output;

    StandardOutput(OutputStream output) {
        this.output = output;
    }

    @Override
    public Tally resume(Prompts prompts) {
        return Tally.NONE;
    }

    @Override
    public void write(ResultLine line) {
        try {
            output.write(line.toBytes());
            output.flush();
        } catch (IOException e) {
            throw new BatchException(ExitCode.OUTPUT_FAILED, "Standard output cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public String howToContinue() {
        return "Use --output to be able to continue.";
    }

    @Override
    public void close() {}
}
