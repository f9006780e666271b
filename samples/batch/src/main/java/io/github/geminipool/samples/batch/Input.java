package io.github.geminipool.samples.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where prompts come from.
 *
 * @param file null for standard input
 * @param standardInput read where there is no file
 * @param format of its lines
 * @param defaults for what a line does not say
 */
record Input(@Nullable Path file, InputStream standardInput, PromptFormat format, RequestOptions defaults) {

    Prompts open() {
        if (file == null) {
            return new Prompts("Standard input", standardInput, format, defaults);
        }
        try {
            return new Prompts(file.toString(), Files.newInputStream(file), format, defaults);
        } catch (NoSuchFileException e) {
            throw new BatchException(ExitCode.WRONG_INPUT, "There is no file " + file, e);
        } catch (IOException e) {
            throw new BatchException(ExitCode.WRONG_INPUT, file + " can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * How many prompts there are; -1 where they can be read once only, as from a pipe.
     *
     * @throws BatchException if one of them is wrong, before any is asked
     */
    long count() {
        if (file == null || !Files.isRegularFile(file)) {
            return -1;
        }
        long count = 0;
        try (Prompts prompts = open()) {
            while (prompts.hasNext()) {
                prompts.next();
                count++;
            }
        }
        return count;
    }
}
