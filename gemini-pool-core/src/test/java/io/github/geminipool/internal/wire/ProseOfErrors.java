package io.github.geminipool.internal.wire;

import io.github.geminipool.failure.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** How the recorded errors are judged, for a test that compares it with other messages. */
public final class ProseOfErrors implements Supplier<List<String>> {

    private static final int[] STATUSES = {302, 400, 401, 402, 403, 404, 429, 500, 503};

    @Override
    public List<String> get() {
        List<String> verdicts = new ArrayList<>();
        try {
            for (String file : ErrorBodies.files()) {
                String body = ErrorBodies.file(file);
                for (int status : STATUSES) {
                    verdicts.add(file + " " + status + " "
                            + inFigures(ErrorClassifier.classify(status, body, ErrorBodies.ATTEMPT)));
                }
                verdicts.add(file + " "
                        + inFigures(ErrorClassifier.readInStream(body, ErrorBodies.ATTEMPT)
                                .failure()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return verdicts;
    }

    private static String inFigures(Failure failure) {
        return failure.kind() + " " + failure.cause() + " "
                + failure.scope().getClass().getSimpleName() + " " + failure.until() + " " + failure.lasting() + " "
                + failure.status();
    }
}
