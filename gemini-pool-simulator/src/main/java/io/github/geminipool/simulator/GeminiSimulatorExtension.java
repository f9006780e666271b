package io.github.geminipool.simulator;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A simulator for the tests of a class. In a static field it runs from before the first test to after the last and is
 * reset before each; in an instance field each test has its own. Test methods may have a {@link GeminiSimulator} as
 * parameter. Not for tests of one class that run at the same time.
 */
public final class GeminiSimulatorExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {
    private final Consumer<GeminiSimulatorBuilder> setUp;
    private @Nullable GeminiSimulator running;
    private String startedBy = "";

    private GeminiSimulatorExtension(Consumer<GeminiSimulatorBuilder> setUp) {
        this.setUp = setUp;
    }

    /**
     * An extension whose simulator begins with what is given here.
     *
     * @param setUp fills the builder in
     * @return for a field with {@code @RegisterExtension}
     */
    public static GeminiSimulatorExtension with(Consumer<GeminiSimulatorBuilder> setUp) {
        return new GeminiSimulatorExtension(setUp);
    }

    /**
     * The running simulator.
     *
     * @return the same for all tests of a class if the field is static
     * @throws IllegalStateException outside tests
     */
    public GeminiSimulator simulator() {
        if (running == null) {
            throw new IllegalStateException("The simulator does not run: is the field annotated @RegisterExtension?");
        }
        return running;
    }

    /**
     * Where the running simulator listens.
     *
     * @return its base URL
     */
    public String baseUrl() {
        return simulator().baseUrl();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        startIn(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        startIn(context);
        simulator().reset();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        stopIn(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stopIn(context);
    }

    private void startIn(ExtensionContext context) {
        if (running == null) {
            GeminiSimulatorBuilder builder = GeminiSimulator.builder();
            setUp.accept(builder);
            running = builder.start();
            startedBy = context.getUniqueId();
        }
    }

    private void stopIn(ExtensionContext context) {
        // Nested classes and tests end within the one that started it.
        if (running != null && startedBy.equals(context.getUniqueId())) {
            running.close();
            running = null;
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == GeminiSimulator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return simulator();
    }
}
