package io.github.geminipool.samples.batch;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** Runs many prompts through the pool; see {@code --help}. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class BatchApplication {

    /** Runs the command and exits with its exit code. */
    public static void main(String[] args) {
        // System.out would hide write errors.
        Console console = new Console(System.in, new FileOutputStream(FileDescriptor.out), System.err);
        System.exit(BatchCommand.commandLine(console).execute(args));
    }
}
