package io.github.geminipool.samples.batch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The prompts of an input, read lazily. Blank lines are skipped. */
final class Prompts implements Iterator<Prompt>, AutoCloseable {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String source;
    private final BufferedReader reader;
    private final PromptFormat format;
    private final RequestOptions defaults;
    private long lines;
    private long count;
    private @Nullable Prompt next;

    Prompts(String source, InputStream input, PromptFormat format, RequestOptions defaults) {
        this.source = source;
        // Reject malformed text: replacement characters would silently change the prompt.
        this.reader = new BufferedReader(new InputStreamReader(
                input, StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)));
        this.format = format;
        this.defaults = defaults;
    }

    /**
     * Returns whether there is another prompt.
     *
     * @throws BatchException if the line is invalid
     */
    @Override
    public boolean hasNext() {
        String line = next == null ? nextLine() : null;
        if (line != null) {
            next = read(line);
        }
        return next != null;
    }

    @Override
    public Prompt next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        Prompt taken = next;
        next = null;
        return taken;
    }

    private @Nullable String nextLine() {
        try {
            String line;
            do {
                line = reader.readLine();
                lines++;
                if (line != null && lines == 1 && line.startsWith(BYTE_ORDER_MARK)) {
                    line = line.substring(1);
                }
            } while (line != null && line.isBlank());
            return line;
        } catch (CharacterCodingException e) {
            throw new BatchException(ExitCode.WRONG_INPUT, source + " is not UTF-8, at line " + lines + " or later", e);
        } catch (IOException e) {
            throw new BatchException(ExitCode.WRONG_INPUT, source + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Prompt read(String line) {
        try {
            Prompt prompt = format.read(line).numbered(count + 1, defaults);
            count++;
            return prompt;
        } catch (IllegalArgumentException e) {
            throw new BatchException(ExitCode.WRONG_INPUT, source + ", line " + lines + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new BatchException(ExitCode.WRONG_INPUT, source + " cannot be read: " + e.getMessage(), e);
        }
    }
}
