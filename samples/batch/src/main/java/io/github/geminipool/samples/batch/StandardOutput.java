package io.github.geminipool.samples.batch;

import java.io.IOException;
import java.io.OutputStream;

/** Results for whoever reads standard output; what was written there is not known to the next run. */
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
            throw new BatchException(ExitCode.OUTPUT_FAILED, "Standard output can't be written: " + e.getMessage(), e);
        }
    }

    @Override
    public String howToGoOn() {
        return "With --output, the same command would go on from there.";
    }

    @Override
    public void close() {}
}
