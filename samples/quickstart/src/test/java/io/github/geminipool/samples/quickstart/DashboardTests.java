package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.autoconfigure.GeminiPoolBuilderCustomizer;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Quota;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The dashboard in a real browser, over a real pool. */
@Timeout(60)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "gemini.pool.acquire-timeout=0s",
            "gemini.pool.keys[0].name=north",
            "gemini.pool.keys[0].value=north-secret",
            "gemini.pool.keys[1].name=limited",
            "gemini.pool.keys[1].value=limited-secret",
            "gemini.pool.keys[1].project=small",
            "gemini.pool.keys[2].name=" + DashboardTests.MARKUP,
            "gemini.pool.keys[2].value=markup-secret"
        })
class DashboardTests {

    static final String MARKUP = "<img src=x onerror=\"document.title='broken'\"><b>bold</b>";

    private static final AdvancedTime TIME = new AdvancedTime(1);

    private static final GeminiSimulator SIMULATOR = GeminiSimulator.builder()
            .clock(TIME)
            .key("north-secret")
            .key("limited-secret", key -> key.project("small"))
            .key("markup-secret")
            .quota(Quota.requestsPerMinute(1).project("small"))
            .start();

    @SuppressWarnings("NullAway.Init")
    private static ChromeDriver browser;

    @SuppressWarnings("NullAway.Init")
    private static DashboardPage page;

    @Autowired
    private GeminiPool pool;

    @Autowired
    private Doorkeeper doorkeeper;

    @LocalServerPort
    private int port;

    @TestConfiguration(proxyBeanMethods = false)
    static class Surroundings {

        @Bean
        GeminiPoolBuilderCustomizer time() {
            return builder -> builder.timeSource(TIME);
        }

        @Bean
        Doorkeeper doorkeeper() {
            return new Doorkeeper();
        }
    }

    @DynamicPropertySource
    static void baseUrl(DynamicPropertyRegistry properties) {
        properties.add("gemini.pool.base-url", SIMULATOR::baseUrl);
    }

    @BeforeAll
    static void openBrowser() {
        browser = HeadlessChromium.start();
        page = new DashboardPage(browser);
        page.hurry(10);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.quit();
        }
        SIMULATOR.close();
    }

    @BeforeEach
    void asNew() {
        TIME.advance(Duration.ofMinutes(2));
        SIMULATOR.reset();
        doorkeeper.letIn();
        pool.reset();
        pool.keys().names().forEach(pool.keys()::enable);
        pool.resetStats();
        browser.manage().deleteAllCookies();
        browser.manage().logs().get("browser");
    }

    private void call(String key) {
        pool.tryGenerateContent(
                GenerationRequest.of("Why?").model("gemini-flash-latest").onlyKeys(key));
    }

    private void useUpTheQuota() {
        call("limited");
        call("limited");
    }

    @Test
    void showsWhatTheServerSaw() {
        useUpTheQuota();
        call("north");
        page.openAndWait(port);

        assertThat(page.figure("Attempts")).isEqualTo(String.valueOf(SIMULATOR.requestCount()));
        assertThat(page.figure("Calls")).isEqualTo("3");
        assertThat(page.figure("Failed calls")).isEqualTo("1");
        assertThat(page.figure("Usable keys")).isEqualTo("2 of 3");
        assertThat(page.figure("Tokens in"))
                .isEqualTo(String.valueOf(pool.stats().attempts().tokens().input()));
        assertThat(page.figure("95 % within")).matches("\\d+ ms|[\\d.]+ s");
        assertThat(page.row("keys", "limited").getText()).contains("project small");
        assertThat(page.row("models", "gemini-flash-latest").getText()).contains("0 of 10 busy");
        assertThat(page.rows("quotas"))
                .singleElement()
                .extracting(WebElement::getText)
                .asString()
                .contains("small", "requests per minute", "1 of 1, used up", "learned");
        assertThat(page.row("failures", "RATE_LIMITED").getText()).contains("rate limited", "1", "limited 1");
        assertThat(browser.manage().logs().get("browser").getAll()).isEmpty();
    }

    @Test
    void aKeyGoesIntoCoolDownAndComesBack() {
        call("north");
        page.openAndWait(port);
        assertThat(page.state("limited")).isEqualTo("healthy");

        useUpTheQuota();
        page.until(() -> page.rests("limited"));
        assertThat(page.obstacles("limited"))
                .startsWith("gemini-flash-latest: ")
                .contains("quota")
                .containsPattern("Back in \\d+");
        assertThat(page.news())
                .first()
                .asString()
                .containsPattern("Key limited is (partly )?resting: gemini-flash-latest: .*quota");
        String countdown = page.obstacles("limited");
        page.until(() -> !page.obstacles("limited").equals(countdown));

        TIME.advance(Duration.ofMinutes(1).plusSeconds(1));
        page.until(() -> page.state("limited").equals("healthy"));
        assertThat(page.obstacles("limited")).isEmpty();
        assertThat(page.news()).first().asString().endsWith("Key limited is back.");
        assertThat(page.element("log").getAriaRole()).isEqualTo("log");
    }

    @Test
    void chartsAreMadeOfTheDifferencesOfTwoLooks() {
        page.openAndWait(port);
        page.until(() -> chart("Calls").contains("now 0.0 a second"));

        call("north");
        call("north");
        page.until(() -> !chart("Calls").contains("at most 0.0 a second"));
        assertThat(chart("Time of an attempt")).containsPattern("at most [\\d.]+ m?s in the last ten minutes");
        browser.findElement(By.tagName("summary")).click();
        // A minute may have ended between the two calls.
        page.until(() -> browser.findElements(By.cssSelector("details tbody td[data-label=Calls]")).stream()
                        .mapToInt(calls -> Integer.parseInt(calls.getText()))
                        .sum()
                == 2);
    }

    private static String chart(String title) {
        return browser.findElements(By.cssSelector(".plot svg[role=img]")).stream()
                .map(WebElement::getAccessibleName)
                .filter(name -> name.startsWith(title + ":"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void statisticsAreResetWhenThatIsConfirmed() {
        call("north");
        page.openAndWait(port);
        assertThat(page.figure("Calls")).isEqualTo("1");

        int writes = doorkeeper.visits("POST").size();
        page.button("Reset statistics").click();
        assertThat(page.question()).contains("Reset the statistics?");
        page.cancel();
        page.button("Reset statistics").click();
        page.confirm();

        page.until(() -> page.figure("Calls").equals("0"));
        assertThat(pool.stats().calls()).isZero();
        assertThat(page.news()).singleElement().asString().endsWith("The statistics were reset.");
        assertThat(doorkeeper.visits("POST"))
                .as("only the one that was confirmed")
                .hasSize(writes + 1);
    }

    @Test
    void allPoolsAreReset() {
        SIMULATOR.keyState("north-secret", KeyState.LEAKED);
        call("north");
        page.openAndWait(port);
        assertThat(page.state("north")).isEqualTo("out");

        page.button("Reset all pools").click();
        page.confirm();

        page.until(() -> page.state("north").equals("healthy"));
        assertThat(pool.keyStats().usable()).isEqualTo(3);
        assertThat(page.news()).anySatisfy(news -> assertThat(news).endsWith("All pools were reset."));
    }

    @Test
    void oneModelsPoolIsReset() {
        useUpTheQuota();
        page.openAndWait(port);
        assertThat(page.rests("limited")).isTrue();
        page.button("Reset the pool of gemini-flash-latest").click();
        page.confirm();
        page.until(
                () -> page.news().stream().anyMatch(news -> news.endsWith("pool of gemini-flash-latest was reset.")));
        page.until(() -> page.state("limited").equals("healthy"));
    }

    @Test
    void checksWhenAsked() {
        page.openAndWait(port);
        page.button("Check now").click();
        page.until(() -> page.news().stream().anyMatch(news -> news.endsWith("Keys and instances were checked.")));
    }

    @Test
    void keyboardAloneIsEnough() {
        page.openAndWait(port);
        page.tabTo("Disable key north");
        page.press(Keys.ENTER);
        assertThat(page.question()).contains("Disable key north?");
        assertThat(page.focused()).as("what disturbs nobody").isEqualTo("Cancel");
        page.press(Keys.ESCAPE);
        assertThat(page.focused()).isEqualTo("Disable key north");
        page.press(Keys.ENTER);
        page.press(Keys.TAB);
        page.press(Keys.ENTER);
        page.until(() -> page.state("north").equals("disabled"));
        call("north");
        assertThat(SIMULATOR.requestsByKey()).doesNotContainKey("north-secret");

        page.until(() -> page.focused().equals("Enable key north"));
        page.press(Keys.ENTER);
        page.until(() -> page.state("north").equals("healthy"));
        call("north");
        assertThat(SIMULATOR.requestsByKey()).containsEntry("north-secret", 1L);
    }

    @Test
    void markupInNamesStaysText() {
        call(MARKUP);
        pool.tryGenerateContent(GenerationRequest.of("Why?").model("<img src=y>"));
        page.openAndWait(port);
        assertThat(page.row("keys", MARKUP).getText()).startsWith(MARKUP);
        assertThat(page.row("models", "<img src=y>").getText()).startsWith("<img src=y>");
        page.button("Disable key " + MARKUP).click();
        assertThat(page.question()).contains(MARKUP);
        page.confirm();
        page.until(() -> page.state(MARKUP).equals("disabled"));
        assertThat(page.news()).anySatisfy(news -> assertThat(news).contains(MARKUP));

        assertThat(browser.findElements(By.cssSelector("img, b, [onerror]"))).isEmpty();
        assertThat(browser.getTitle()).isEqualTo("Gemini pool");
    }

    @Test
    void theBrowserRefusesMarkupEvenFromThePagesOwnScript() {
        page.openAndWait(port);
        assertThatThrownBy(() -> browser.executeScript("document.getElementById('log').innerHTML = '<b>bold</b>'"))
                .isInstanceOf(JavascriptException.class)
                .hasMessageContaining("TrustedHTML");
    }

    @Test
    void theEndpointMayBeElsewhereOnThisSite() {
        page.open(port, "?endpoint=/actuator/geminipool/");
        page.until(() -> page.live().equals("Live"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/actuator/geminipool",
                "//example.com/actuator/geminipool",
                "javascript:alert(1)",
                "http://localhost:1/actuator/geminipool"
            })
    void theEndpointOfAnotherSiteIsNotAsked(String address) {
        page.open(port, "?endpoint=" + address);
        page.until(() -> page.problem().startsWith("The address of the endpoint has to be one of this site"));
        assertThat(page.live()).isEqualTo("Stopped");
        assertThat((List<?>) browser.executeScript("return performance.getEntriesByType('resource')"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            401 | You have to log in to use the endpoint (401).
            403 | You may not use the endpoint (403).
            404 | There is no endpoint at /actuator/geminipool (404). Is it exposed?
            503 | The endpoint answered with status 503.
            302 | The endpoint sends you elsewhere, perhaps to log in.
            200 | What is at /actuator/geminipool is not the endpoint of a Gemini pool.
            """)
    void whatIsWrongIsSaidInWords(int status, String words) {
        page.openAndWait(port);
        doorkeeper.refuse(status, "<h1>Hello</h1>", "GET");
        page.until(() -> page.problem().startsWith(words));
        assertThat(page.problem()).containsPattern("The figures are those of \\d\\d:\\d\\d:\\d\\d\\.");
        assertThat(page.live()).isEqualTo("No answer");
        assertThat(page.element("problem").getAriaRole()).isEqualTo("alert");

        doorkeeper.letIn();
        page.until(() -> page.live().equals("Live"));
        assertThat(page.element("problem").isDisplayed()).isFalse();
    }

    @Test
    void actsOnNothingThatIsReadOnlyAndSaysWhenTheApplicationIsGone() {
        try (ConfigurableApplicationContext readOnly = SpringApplication.run(
                QuickstartApplication.class,
                "--server.port=0",
                "--gemini.pool.keys=",
                "--management.endpoint.geminipool.access=read-only")) {
            page.openAndWait(readOnly.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
            assertThat(page.readOnly()).contains("management.endpoint.geminipool.access=unrestricted");
            for (String name : List.of("Check now", "Reset statistics", "Reset all pools", "Disable key north")) {
                assertThat(page.button(name).isEnabled()).as(name).isFalse();
            }
        }
        page.until(() -> page.problem().startsWith("The application can’t be reached."));
    }

    @Test
    void aWriteThatIsRefusedSaysSo() {
        page.openAndWait(port);
        doorkeeper.refuse(403, "", "POST");
        page.button("Check now").click();
        page.until(() -> page.readOnly().equals("Read-only: you may not act here (403)."));
        assertThat(page.news()).first().asString().endsWith("Not done. You may not use the endpoint (403).");
        assertThat(page.button("Check now").isEnabled()).isFalse();
    }

    @Test
    void writesWhereNobodyTellsWhatIsAllowed() {
        doorkeeper.refuse(405, "", "OPTIONS");
        page.openAndWait(port);
        assertThat(page.button("Check now").isEnabled()).isTrue();
    }

    @Test
    void sendsTheTokenAgainstForgedRequestsThatSpringSecurityKeepsInACookie() {
        page.openAndWait(port);
        browser.executeScript("document.cookie = 'XSRF-TOKEN=token-1'");
        page.button("Check now").click();
        page.until(() -> !page.news().isEmpty());
        assertThat(doorkeeper.visits("POST"))
                .last()
                .extracting(Doorkeeper.Visit::forgeryToken)
                .isEqualTo("token-1");
    }

    @Test
    void looksNoMoreWhileItIsHiddenOrPaused() {
        page.openAndWait(port);
        String dashboard = browser.getWindowHandle();
        browser.switchTo().newWindow(WindowType.TAB);
        assertThat(looksMeanwhile()).as("while hidden").isLessThanOrEqualTo(1);
        browser.close();
        browser.switchTo().window(dashboard);
        int before = doorkeeper.visits("GET").size();
        page.until(() -> doorkeeper.visits("GET").size() > before + 2);

        page.button("Pause").click();
        page.until(() -> page.live().equals("Paused"));
        assertThat(page.element("pause").getDomAttribute("aria-pressed")).isEqualTo("true");
        assertThat(looksMeanwhile()).as("while paused").isLessThanOrEqualTo(1);
        page.button("Pause").click();
        page.until(() -> page.live().equals("Live"));
    }

    /** How often the page asks in a time in which it would ask five times; one may have been on its way. */
    private int looksMeanwhile() {
        int before = doorkeeper.visits("GET").size();
        browser.executeAsyncScript("const patient = window.patient || setTimeout; patient(arguments[0], 1000)");
        return doorkeeper.visits("GET").size() - before;
    }

    @Test
    void theThemeIsThatOfTheSystemOrTheOneChosen() {
        page.openAndWait(port);
        String light = background();
        page.prefer("prefers-color-scheme", "dark");
        try {
            page.until(() -> !background().equals(light));
            String dark = background();
            page.button("Theme: system").click();
            page.until(() -> background().equals(light));
            browser.navigate().refresh();
            page.until(() -> page.live().equals("Live"));
            assertThat(background()).as("remembered").isEqualTo(light);
            page.button("Theme: light").click();
            assertThat(background()).isEqualTo(dark);
            page.button("Theme: dark").click();
            assertThat(background()).isEqualTo(dark);
            assertThat(page.button("Theme: system").isDisplayed()).isTrue();
        } finally {
            page.prefer("prefers-color-scheme", "light");
        }
    }

    private static String background() {
        return browser.findElement(By.tagName("body")).getCssValue("background-color");
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void everyTextStandsOutFromWhatIsBehindIt(String scheme) {
        SIMULATOR.keyState("north-secret", KeyState.LEAKED);
        call("north");
        useUpTheQuota();
        pool.keys().disable(MARKUP);
        page.prefer("prefers-color-scheme", scheme);
        try {
            page.openAndWait(port);
            assertThat(page.state("north")).isEqualTo("out");
            assertThat(page.rests("limited")).isTrue();
            assertThat(page.state(MARKUP)).isEqualTo("disabled");
            doorkeeper.refuse(404, "", "GET");
            page.until(() -> !page.problem().isEmpty());
            assertThat((List<?>) browser.executeScript(PALE_TEXTS)).isEmpty();
            page.button("Reset all pools").click();
            assertThat((List<?>) browser.executeScript(PALE_TEXTS)).isEmpty();
        } finally {
            page.prefer("prefers-color-scheme", "light");
        }
    }

    /** Texts with a contrast of less than 4.5 to 1, as WCAG computes it. */
    private static final String PALE_TEXTS = """
            const colour = text => text.match(/[\\d.]+/g).map(Number);
            const linear = c => c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4;
            const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
            const behind = element => {
              for (let each = element; each; each = each.parentElement) {
                const found = colour(getComputedStyle(each).backgroundColor);
                if (found.length === 3 || found[3] === 1) return found;
              }
              throw new Error('nothing behind');
            };
            const pale = [];
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            let looked = 0;
            while (texts.nextNode()) {
              const text = texts.currentNode.textContent.trim();
              const element = texts.currentNode.parentElement;
              if (!text || !element.checkVisibility()) continue;
              looked++;
              const [low, high] = [luminance(colour(getComputedStyle(element).color)), luminance(behind(element))].sort((a, b) => a - b);
              const ratio = (high + 0.05) / (low + 0.05);
              if (ratio < 4.5) pale.push(`${text}: ${ratio.toFixed(2)}`);
            }
            return looked < 40 ? [`only ${looked} texts were looked at`] : pale;
            """;

    @Test
    void tablesHaveNamesAndHeadersAlsoOnAPhone() {
        useUpTheQuota();
        page.width(360);
        try {
            page.openAndWait(port);
            List<WebElement> tables = browser.findElements(By.cssSelector("main table")).stream()
                    .filter(WebElement::isDisplayed)
                    .toList();
            assertThat(tables)
                    .extracting(WebElement::getAccessibleName)
                    .containsExactly("Keys", "Models", "Quotas", "Failed attempts by kind");
            assertThat(tables).extracting(WebElement::getAriaRole).containsOnly("table");
            assertThat(page.row("keys", "limited").findElement(By.tagName("th")).getAriaRole())
                    .isEqualTo("rowheader");
            assertThat(page.row("keys", "limited").findElements(By.tagName("td")))
                    .extracting(WebElement::getAriaRole)
                    .containsOnly("cell");
            assertThat(browser.findElements(By.cssSelector("main thead th")))
                    .extracting(header -> header.getDomAttribute("scope"))
                    .containsOnly("col");
            assertThat(page.isWiderThanTheWindow()).isFalse();
        } finally {
            page.usualWidth();
        }
    }

    @Test
    void nothingMovesForWhoWantsItSo() {
        page.prefer("prefers-reduced-motion", "reduce");
        try {
            page.openAndWait(port);
            assertThat(page.element("dot").getCssValue("animation-name")).isEqualTo("none");
        } finally {
            page.prefer("prefers-color-scheme", "light");
        }
        assertThat(page.element("dot").getCssValue("animation-name")).isEqualTo("pulse");
    }
}
