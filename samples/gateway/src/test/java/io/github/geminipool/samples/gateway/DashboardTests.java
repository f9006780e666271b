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
@Timeout(180)
class DashboardTests {

    @Test
    void showsKeysAndClientsToTheOperatorOnly(@TempDir Path directory) {
        ChromeDriver browser = HeadlessChromium.start();
        try (GeminiSimulator simulator = RunningGateway.simulator();
                RunningGateway gateway = RunningGateway.withClients(
                        simulator.baseUrl(),
                        "--gateway.clients[0].requests-per-minute=7",
                        "--gateway.owners-file=" + directory.resolve("owners.txt"))) {
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
            assertThat(shown(browser, "keys", "two")).contains("one");
            String clients = shown(browser, "callers", "bob");
            assertThat(clients).contains("alice").contains("carol").doesNotContain(ALICE);
            assertThat(cell(browser, "alice", 2)).isEqualTo("1");
            assertThat(cell(browser, "alice", 6)).isEqualTo("requests per minute: 1 of 7");
            assertThat(cell(browser, "bob", 2)).isEqualTo("0");
            assertThat(browser.findElement(By.id("models")).getText()).contains(RunningGateway.MODEL);
        } finally {
            browser.quit();
        }
    }

    private static String cell(ChromeDriver browser, String client, int column) {
        return browser.findElement(By.cssSelector("#callers tr[data-id=" + client + "] :nth-child(" + column + ")"))
                .getText();
    }

    /** Returns what an element says once it contains a text. */
    private static String shown(ChromeDriver browser, String id, String text) {
        String shown = "";
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!shown.contains(text) && System.nanoTime() < end) {
            shown = browser.findElement(By.id(id)).getText();
        }
        assertThat(shown)
                .as(() -> browser.manage().logs().get("browser").getAll().toString())
                .contains(text);
        return shown;
    }
}
