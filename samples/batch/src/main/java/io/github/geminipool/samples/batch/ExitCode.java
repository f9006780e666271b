package io.github.geminipool.samples.batch;

/** The program's exit codes. */
enum ExitCode {
    ALL_ANSWERED(0),
    SOME_FAILED(1),
    WRONG_INPUT(2),
    STOPPED(3),
    OUTPUT_REFUSED(4),
    OUTPUT_FAILED(5);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
