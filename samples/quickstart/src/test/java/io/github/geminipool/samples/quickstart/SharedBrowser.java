package io.github.geminipool.samples.quickstart;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.openqa.selenium.chrome.ChromeDriver;

/** One browser for all test classes: started by the first class that needs it, closed after the last test. */
final class SharedBrowser implements BeforeAllCallback {

    private record Running(ChromeDriver driver) implements AutoCloseable {

        @Override
        public void close() {
            driver.quit();
        }
    }

    private @Nullable ChromeDriver driver;

    @Override
    public void beforeAll(ExtensionContext context) {
        driver = context.getRoot()
                .getStore(Namespace.create(SharedBrowser.class))
                .computeIfAbsent(Running.class, key -> new Running(HeadlessChromium.start()), Running.class)
                .driver();
    }

    ChromeDriver driver() {
        return Objects.requireNonNull(driver, "Only for tests of a class with this extension");
    }
}
