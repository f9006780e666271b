package io.github.geminipool;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.internal.call.PoolCall;
import io.github.geminipool.internal.stream.Pull;
import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A streamed call that begins when its first part is asked for. */
final class PulledStream implements Pull<GenerateContentResponse> {

    private final PoolCall call;
    private final Supplier<GenerationStream> open;
    private @Nullable GenerationStream stream;
    private @Nullable Iterator<GenerateContentResponse> parts;

    /**
     * Creates it.
     *
     * @param open makes the call, and returns when its first part has come
     */
    PulledStream(PoolCall call, Supplier<GenerationStream> open) {
        this.call = call;
        this.open = open;
    }

    @Override
    public boolean hasNext() {
        return parts().hasNext();
    }

    @Override
    public GenerateContentResponse next() {
        return parts().next();
    }

    private Iterator<GenerateContentResponse> parts() {
        Iterator<GenerateContentResponse> known = parts;
        if (known == null) {
            GenerationStream opened = open.get();
            stream = opened;
            known = opened.iterator();
            parts = known;
        }
        return known;
    }

    @Override
    public void cancel() {
        call.cancel();
    }

    @Override
    public void close() {
        GenerationStream opened = stream;
        if (opened != null) {
            opened.close();
        }
    }
}
