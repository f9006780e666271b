package io.github.geminipool.samples.batch;

/** Number of answered and failed prompts. */
record Tally(long answered, long failed) {

    static final Tally NONE = new Tally(0, 0);

    Tally plus(ResultLine line) {
        return line.hasFailed() ? new Tally(answered, failed + 1) : new Tally(answered + 1, failed);
    }

    long done() {
        return answered + failed;
    }

    /** Returns for example "1 prompt". */
    String prompts() {
        return done() + (done() == 1 ? " prompt" : " prompts");
    }

    @Override
    public String toString() {
        return prompts() + ": " + answered + " answered, " + failed + " failed";
    }

    ExitCode exitCode() {
        return failed == 0 ? ExitCode.ALL_ANSWERED : ExitCode.SOME_FAILED;
    }
}
