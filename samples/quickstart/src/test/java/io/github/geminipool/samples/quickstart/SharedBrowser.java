package io.github.geminipool.samples.quickstart;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntries;
import org.openqa.selenium.logging.LogType;

/**
 * One browser for all test classes: started by the first class that needs it, closed after the last test. It leaves the
 * page after each test, so that no page polls an application that has ended, and forgets its log.
 */
final class SharedBrowser implements BeforeAllCallback, AfterEachCallback {

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

    @Override
    public void afterEach(ExtensionContext context) {
        driver().get("about:blank");
        log();
    }

    /** Returns what pages have written to the console, requests that failed included, since it was last asked. */
    LogEntries log() {
        return driver().manage().logs().get(LogType.BROWSER);
    }

    ChromeDriver driver() {
        return Objects.requireNonNull(driver, "Only for tests of a class with this extension");
    }
}
