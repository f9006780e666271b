package io.github.geminipool.samples.batch;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** Runs many prompts over the pool; {@code --help} says how. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class BatchApplication {

    /** Runs it, and ends the process with its exit code. */
    public static void main(String[] args) {
        // System.out would not tell when it can't be written any more.
        Console console = new Console(System.in, new FileOutputStream(FileDescriptor.out), System.err);
        System.exit(BatchCommand.commandLine(console).execute(args));
    }
}
