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
 * Runs a simulator for a test class. In a static field, it runs from before the first test until after the last and is reset
 * before each test; in an instance field, each test has its own. Test methods may have a {@link GeminiSimulator} parameter.
 * Does not support parallel tests within a class.
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
     * Creates an extension.
     *
     * @param setUp configures the simulator
     * @return an extension for a {@code @RegisterExtension} field
     */
    public static GeminiSimulatorExtension with(Consumer<GeminiSimulatorBuilder> setUp) {
        return new GeminiSimulatorExtension(setUp);
    }

    /**
     * Returns the running simulator.
     *
     * @return the simulator; the same for all tests of a class if the field is static
     * @throws IllegalStateException if no test is running
     */
    public GeminiSimulator simulator() {
        if (running == null) {
            throw new IllegalStateException(
                    "The simulator is not running: is the field annotated with @RegisterExtension?");
        }
        return running;
    }

    /**
     * Returns the running simulator's base URL.
     *
     * @return the base URL
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
        // Nested classes and tests end before the class or test that started it.
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
