package io.github.geminipool.samples.gateway;

import static io.github.geminipool.samples.gateway.RunningGateway.ALICE;
import static io.github.geminipool.samples.gateway.RunningGateway.generate;
import static io.github.geminipool.samples.gateway.RunningGateway.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.GeminiSimulator;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;

/** The dashboard in a browser. */
@Timeout(90)
class DashboardTests {

    @Test
    void showsKeysToTheOperatorOnly(@TempDir Path directory) {
        ChromeDriver browser = HeadlessChromium.start();
        try (GeminiSimulator simulator = RunningGateway.simulator();
                RunningGateway gateway = RunningGateway.withClients(
                        simulator.baseUrl(), "--gateway.owners-file=" + directory.resolve("owners.txt"))) {
            assertThat(gateway.send("POST", generate(), ALICE, prompt("Hi")).statusCode())
                    .isEqualTo(200);
            String page = gateway.url() + "/dashboard.html";
            browser.get(page);
            assertThat(browser.findElements(By.id("keys"))).isEmpty();
            String login = "operator:"
                    + URLEncoder.encode(RunningGateway.PASSWORD, StandardCharsets.UTF_8)
                            .replace("+", "%20");
            browser.get(page.replace("http://", "http://" + login + "@"));
            // Scripts may not use an address with a password, but the browser keeps it.
            browser.get(page);
            String keys = "";
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!(keys.contains("one") && keys.contains("two")) && System.nanoTime() < end) {
                keys = browser.findElement(By.id("keys")).getText();
            }
            assertThat(keys).contains("one").contains("two");
            assertThat(browser.findElement(By.id("models")).getText()).contains(RunningGateway.MODEL);
        } finally {
            browser.quit();
        }
    }
}
