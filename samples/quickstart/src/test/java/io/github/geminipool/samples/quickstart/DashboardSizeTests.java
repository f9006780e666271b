package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** The dashboard of a large pool: what needs attention fits on one screen, the rest is a click away. */
@Timeout(60)
class DashboardSizeTests {

    private static final Path FOLDER = Path.of(System.getProperty("screenshots", "target"));

    @RegisterExtension
    static final SharedBrowser BROWSER = new SharedBrowser();

    private final DashboardPage page = new DashboardPage(BROWSER.driver());

    private LargePool server;

    @BeforeEach
    void open() throws IOException {
        server = new LargePool();
        page.width(1_200);
        page.openAndWait(server.port());
    }

    @AfterEach
    void close() {
        page.prefer("prefers-color-scheme", "light");
        page.defaultWidth();
        page.reset();
        server.close();
    }

    private static long height() {
        return Long.parseLong(
                String.valueOf(BROWSER.driver().executeScript("return document.documentElement.scrollHeight")));
    }

    private List<String> names(String table) {
        return BROWSER.driver().findElements(By.cssSelector("#" + table + " tbody th span.name")).stream()
                .map(WebElement::getText)
                .toList();
    }

    @Test
    void isAtMostFifteenHundredPixelsHighUntilSomethingIsOpened() {
        assertThat(height()).isLessThanOrEqualTo(1_500);
        assertThat(names("keys"))
                .as("what is out comes first")
                .startsWith(
                        "team-07-production-key",
                        "team-11-production-key",
                        "team-25-production-key",
                        "team-33-production-key",
                        "team-02-production-key");
        assertThat(names("models")).first().isEqualTo("gemini-2-flash-lite-latest");
        assertThat(BROWSER.driver().findElement(By.id("keys")).getText())
                .containsOnlyOnce(LargePool.REJECTED)
                .contains("As team-07-production-key.")
                .contains("gemini-1-flash-latest, gemini-1-pro-latest, gemini-1-flash-lite-latest and 9 more: ");
        assertThat(page.rows("quotas"))
                .allSatisfy(quota -> assertThat(quota.getText()).containsPattern("(7[5-9]|[89]\\d) of 100"));

        for (String table : List.of("keys", "models", "quotas")) {
            BROWSER.driver().findElement(By.id(table + "-all")).click();
        }
        assertThat(page.rows("keys")).hasSize(LargePool.KEYS);
        assertThat(page.rows("models")).hasSize(LargePool.MODELS);
        assertThat(page.rows("quotas")).hasSize(200);
        assertThat(height()).isGreaterThan(1_500);
    }

    @Test
    void namesAreNotBrokenAndTheFilterFindsStates() {
        assertThat(String.valueOf(BROWSER.driver()
                        .executeScript("return [...document.querySelectorAll('tbody th .name')]"
                                + ".every(name => name.getBoundingClientRect().height < 30)")))
                .isEqualTo("true");
        BROWSER.driver().findElement(By.id("filter")).sendKeys("half-open");
        page.until(() -> names("keys").equals(List.of("team-25-production-key")));
    }

    @Test
    void fitsOnAnyScreen() {
        for (String scheme : List.of("light", "dark")) {
            page.prefer("prefers-color-scheme", scheme);
            assertThat(page.scrollsSideways()).as(scheme).isFalse();
            page.screenshot(FOLDER.resolve("dashboard-large-" + scheme + ".png"));
        }
        page.prefer("prefers-color-scheme", "light");
        page.width(390);
        assertThat(page.scrollsSideways()).as("phone").isFalse();
        page.screenshot(FOLDER.resolve("dashboard-large-phone.png"));
    }
}
