package io.github.geminipool.internal.request;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * Finds the model that a form names ({@code multipart/form-data}): OpenAI's clients send files to be worked on as a form.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7578">RFC 7578</a>
 */
final class FormScan extends OutputStream {

    /** Maximum length of a boundary (70), a header of a field, or a model's name. */
    private static final int MAX_LINE = 512;

    private static final Pattern NAMES_MODEL =
            Pattern.compile("(?i)content-disposition:.*;\\s*name=(\"model\"|model\\s*(;.*)?$).*");

    private enum Part {
        CONTENT,
        HEADERS,
        MODEL
    }

    private final String delimiter;
    private final byte[] line = new byte[MAX_LINE];

    /** The length of the current line, also beyond what is kept of it. */
    private long length;

    private long position;
    private Part part = Part.CONTENT;
    private boolean isModel;
    private @Nullable String model;
    private long from;

    private FormScan(String boundary) {
        this.delimiter = "--" + boundary;
    }

    /**
     * Reads a body.
     *
     * @return null if it is no form, or can be written only once
     * @throws IOException if it can't be read
     */
    static @Nullable FormScan of(RequestBody body) throws IOException {
        MediaType type = body.contentType();
        if (type == null || !type.type().equals("multipart") || body.isOneShot() || body.isDuplex()) {
            return null;
        }
        String boundary = type.parameter("boundary");
        if (boundary == null || boundary.isEmpty()) {
            return null;
        }
        FormScan scan = new FormScan(boundary);
        BodySink.write(body, scan);
        return scan;
    }

    /** Returns the model; null if the form names none. */
    @Nullable
    String model() {
        return model;
    }

    /** Returns the position of the model's first byte. */
    long from() {
        return from;
    }

    @Override
    public void write(int b) {
        if (b == '\n') {
            line();
            length = 0;
        } else {
            if (length < MAX_LINE) {
                line[(int) length] = (byte) b;
            }
            length++;
        }
        position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            write(bytes[i]);
        }
    }

    private void line() {
        if (length > MAX_LINE) {
            part = part == Part.MODEL ? Part.CONTENT : part;
            return;
        }
        String text = new String(line, 0, (int) length, StandardCharsets.UTF_8);
        String content = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        if (content.startsWith(delimiter)) {
            part = Part.HEADERS;
            isModel = false;
        } else if (part == Part.HEADERS) {
            header(content);
        } else if (part == Part.MODEL) {
            named(content);
        }
    }

    private void header(String header) {
        if (header.isEmpty()) {
            part = isModel && model == null ? Part.MODEL : Part.CONTENT;
        } else if (NAMES_MODEL.matcher(header).matches()) {
            isModel = true;
        }
    }

    private void named(String value) {
        part = Part.CONTENT;
        if (!value.isEmpty()) {
            model = value;
            from = position - length;
        }
    }
}
