package io.github.geminipool.samples.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * Starts headless Chromium. Needs {@code chromium} and {@code chromedriver} on the path; without them, tests are skipped,
 * or fail with {@code -Dbrowser.required=true}.
 */
final class HeadlessChromium {

    private HeadlessChromium() {}

    static ChromeDriver start() {
        Optional<File> chromium = onPath("chromium");
        Optional<File> driver = onPath("chromedriver");
        boolean found = chromium.isPresent() && driver.isPresent();
        if (Boolean.getBoolean("browser.required")) {
            assertThat(found)
                    .as("chromium and chromedriver on the path (-Dbrowser.required=true)")
                    .isTrue();
        }
        assumeTrue(found, "needs chromium and chromedriver on the path");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-extensions",
                "--disable-background-networking",
                "--disable-component-update",
                // Animations would redraw the page all the time.
                "--force-prefers-reduced-motion");
        options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.orElseThrow())
                .build();
        ChromeDriver browser = new ChromeDriver(service, options);
        browser.manage().window().setSize(new Dimension(900, 1000));
        return browser;
    }

    private static Optional<File> onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> new File(folder, program))
                .filter(File::canExecute)
                .findFirst();
    }
}
