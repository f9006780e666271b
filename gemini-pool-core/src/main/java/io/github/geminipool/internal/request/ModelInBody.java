package io.github.geminipool.internal.request;

import io.github.geminipool.internal.wire.JsonScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.ByteString;
import okio.ForwardingSink;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/** A request's body with another model: the value of its field {@code model} is replaced, and every other byte stays. */
final class ModelInBody extends RequestBody {

    private final RequestBody original;
    private final long from;
    private final long to;
    private final ByteString model;

    private ModelInBody(RequestBody original, long from, long to, ByteString model) {
        this.original = original;
        this.from = from;
        this.to = to;
        this.model = model;
    }

    /**
     * Changes a body that can be written several times to another model.
     *
     * @param model without {@code models/}
     * @return null if the body names no model
     */
    static @Nullable RequestBody replace(RequestBody body, String model) throws IOException {
        FormScan form = FormScan.of(body);
        if (form != null) {
            return replace(body, form, model);
        }
        ModelScan scan = new ModelScan();
        BodySink.write(body, scan);
        if (scan.to == 0) {
            return null;
        }
        return new ModelInBody(body, scan.from, scan.to, inJson(named(model, scan.isResource)));
    }

    private static @Nullable RequestBody replace(RequestBody body, FormScan form, String model) {
        String named = form.model();
        if (named == null) {
            return null;
        }
        long to = form.from() + ByteString.encodeUtf8(named).size();
        return new ModelInBody(body, form.from(), to, ByteString.encodeUtf8(named(model, named.indexOf('/') >= 0)));
    }

    private static String named(String model, boolean isResource) {
        return isResource && model.indexOf('/') < 0 ? "models/" + model : model;
    }

    private static ByteString inJson(String name) {
        StringBuilder escaped = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '"' || c == '\\' || c < ' ') {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return ByteString.encodeUtf8(escaped.toString());
    }

    @Override
    public @Nullable MediaType contentType() {
        return original.contentType();
    }

    @Override
    public long contentLength() throws IOException {
        long length = original.contentLength();
        return length < 0 ? length : length - (to - from) + model.size();
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        BufferedSink replacing = Okio.buffer(new Replacing(sink));
        original.writeTo(replacing);
        replacing.emit();
    }

    /** Passes a body on, with another model. */
    private final class Replacing extends ForwardingSink {

        private final BufferedSink sink;
        private long position;

        Replacing(BufferedSink sink) {
            super(sink);
            this.sink = sink;
        }

        @Override
        public void write(Buffer source, long byteCount) throws IOException {
            long end = position + byteCount;
            pass(source, Math.min(end, from));
            if (position == from && end > from) {
                sink.write(model);
            }
            drop(source, Math.min(end, to));
            pass(source, end);
        }

        private void pass(Buffer source, long until) throws IOException {
            if (until > position) {
                sink.write(source, until - position);
                position = until;
            }
        }

        private void drop(Buffer source, long until) throws IOException {
            if (until > position) {
                source.skip(until - position);
                position = until;
            }
        }
    }

    /** Finds the position of the model's name, without its quotation marks. */
    private static final class ModelScan extends JsonScan {

        private long from;
        private long to;

        /** Number of bytes before the current chunk, less the chunk's own beginning. */
        private long chunkBegin;

        /** Where the last name or wanted string begins and ends, without its quotation marks. */
        private long stringBegin;

        private long stringEnd;

        /** Whether the model is named like a resource. */
        private boolean isResource;

        @Override
        public void write(byte[] bytes, int chunkFrom, int count) {
            chunkBegin -= chunkFrom;
            super.write(bytes, chunkFrom, count);
            chunkBegin += chunkFrom + count;
        }

        @Override
        protected void stringBegins(int at) {
            stringBegin = chunkBegin + at;
        }

        @Override
        protected void stringEnds(int at) {
            stringEnd = chunkBegin + at;
        }

        @Override
        protected boolean name(byte[] bytes, int nameFrom, int nameTo) {
            return depth() == 1 && BodyField.of(bytes, nameFrom, nameTo) == BodyField.MODEL;
        }

        @Override
        protected void string(byte[] bytes, int nameFrom, int nameTo, long length) {
            from = stringBegin;
            to = stringEnd;
            isResource = new String(bytes, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8).indexOf('/') >= 0;
        }
    }
}
