package io.github.geminipool.wire.streams;

import com.google.genai.types.GenerateContentResponse;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.settings.GeminiPoolSettings;
import io.github.geminipool.testing.PoolInvariants;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** The TCK of Reactive Streams, applied to streamed responses over HTTP. */
@Tag("wire")
@Timeout(120)
class PublisherTckWireTest {

    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int SILENCE_MILLIS = 60;

    private final EventServer server = new EventServer();
    private final GeminiPool pool = GeminiPool.builder()
            .key(PoolInvariants.secretOf("one"))
            .settings(GeminiPoolSettings.DEFAULTS.withSize(50).withBaseUrl(server.url()))
            .build();

    @AfterEach
    void close() {
        pool.close();
        server.close();
    }

    /** Its tests, which TestNG would find. */
    private final class Verification extends FlowPublisherVerification<GenerateContentResponse> {

        Verification() {
            super(new TestEnvironment(TIMEOUT_MILLIS, SILENCE_MILLIS));
        }

        @Override
        public Flow.Publisher<GenerateContentResponse> createFlowPublisher(long elements) {
            return pool.generateContentPublisher(GenerationRequest.of("Hi").model("m-" + elements));
        }

        /** There is none that fails without being asked for anything. */
        @Override
        @SuppressWarnings("NullAway") // The TCK asks for it so.
        public Flow.Publisher<GenerateContentResponse> createFailedFlowPublisher() {
            return null;
        }

        @Override
        public void optional_spec105_emptyStreamMustTerminateBySignallingOnComplete() {
            throw new SkipException("A response has at least one part");
        }
    }

    @TestFactory
    Stream<DynamicTest> itsRulesHold() {
        return Arrays.stream(FlowPublisherVerification.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> run(method)));
    }

    private void run(Method test) throws Throwable {
        Verification verification = new Verification();
        verification.setUp();
        try {
            test.invoke(verification);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            throw cause instanceof SkipException ? new TestAbortedException(cause.getMessage()) : cause;
        }
    }
}
