package io.github.geminipool.testing;

import java.io.IOException;

/** Runs a main class of the test class path in a JVM with a small heap, which exits when it runs out of memory. */
public final class SmallHeapJvm {

    private final OtherJvm jvm;

    private SmallHeapJvm(OtherJvm jvm) {
        this.jvm = jvm;
    }

    /** Returns a JVM with a heap of at most this size. */
    public static SmallHeapJvm ofMebibytes(int mebibytes) {
        return new SmallHeapJvm(OtherJvm.with("-Xmx" + mebibytes + "m", "-XX:+ExitOnOutOfMemoryError"));
    }

    /**
     * Runs a class and expects exit code 0.
     *
     * @return what it wrote to its standard output and error streams
     */
    public String run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        return jvm.run(main, arguments);
    }
}
