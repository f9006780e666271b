package io.github.geminipool.samples.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The source of the prompts.
 *
 * @param file null for standard input
 * @param standardInput read if there is no file
 * @param format format of the lines
 * @param defaults options for lines that do not set them
 */
record Input(@Nullable Path file, InputStream standardInput, PromptFormat format, RequestOptions defaults) {

    Prompts open() {
        if (file == null) {
            return new Prompts("Standard input", standardInput, format, defaults);
        }
        try {
            return new Prompts(file.toString(), Files.newInputStream(file), format, defaults);
        } catch (NoSuchFileException e) {
            throw new BatchException(ExitCode.WRONG_INPUT, "File not found: " + file, e);
        } catch (IOException e) {
            throw new BatchException(ExitCode.WRONG_INPUT, file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Counts the prompts; -1 if they can be read only once, as from a pipe.
     *
     * @throws BatchException if a line is invalid, before any prompt is run
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
