package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;

/** What the dashboard shows of a pool, and when it polls. */
class DashboardContentTests extends DashboardTest {

    @Test
    void showsWhatTheServerSaw() {
        exhaustQuota();
        call("north");
        page.openAndWait(port);

        assertThat(page.figure("Attempts")).isEqualTo(String.valueOf(SIMULATOR.requestCount()));
        assertThat(page.figure("Calls")).isEqualTo("3");
        assertThat(page.figure("Failed calls")).isEqualTo("1");
        assertThat(page.figure("Usable keys"))
                .as("a quota per minute does not count")
                .isEqualTo("3 of 3");
        assertThat(page.figure("Tokens in"))
                .isEqualTo(String.valueOf(pool.stats().attempts().tokens().input()));
        assertThat(page.figure("p95 latency")).matches("\\d+ ms|[\\d.]+ s");
        assertThat(page.row("keys", "limited").getText()).contains("project small");
        assertThat(page.row("models", "gemini-flash-latest").getText()).contains("0 of 10 busy");
        assertThat(page.rows("quotas"))
                .singleElement()
                .extracting(WebElement::getText)
                .asString()
                .contains("small", "requests per minute", "1 of 1, used up", "learned");
        assertThat(page.element("scope").isDisplayed())
                .as("a switch, where nothing is shared")
                .isFalse();
        assertThat(page.row("failures", "RATE_LIMITED").getText()).contains("rate limited", "1", "limited 1");
        assertThat(BROWSER.log().getAll()).isEmpty();
    }

    @Test
    void exclusionIsShownWithACountdownUntilItEnds() {
        call("north");
        page.openAndWait(port);
        assertThat(page.state("limited")).isEqualTo("healthy");

        exhaustQuota();
        page.until(() -> page.isExcluded("limited"));
        assertThat(page.exclusions("limited"))
                .startsWith("gemini-flash-latest: ")
                .contains("quota")
                .containsPattern("Available in \\d+");
        assertThat(page.events())
                .first()
                .asString()
                .containsPattern("Key limited is (partly )?excluded: gemini-flash-latest: .*quota");
        String countdown = page.exclusions("limited");
        page.until(() -> !page.exclusions("limited").equals(countdown));

        TIME.advance(Duration.ofMinutes(1).plusSeconds(1));
        page.until(() -> page.state("limited").equals("healthy"));
        assertThat(page.exclusions("limited")).isEmpty();
        assertThat(page.events()).first().asString().endsWith("Key limited is available again.");
        assertThat(page.element("log").getAriaRole()).isEqualTo("log");
    }

    @Test
    void chartsShowTheDifferenceBetweenTwoPolls() {
        page.openAndWait(port);
        page.until(() -> chart("Calls").contains("now 0.0 /s"));

        call("north");
        call("north");
        page.until(() -> !chart("Calls").contains("maximum 0.0 /s"));
        assertThat(chart("Attempt latency")).containsPattern("maximum [\\d.]+ m?s in the last hour");
        browser.findElement(By.tagName("summary")).click();
        // A minute may have ended between the two calls.
        page.until(() -> browser.findElements(By.cssSelector("details tbody td[data-label=Calls]")).stream()
                        .mapToInt(calls -> Integer.parseInt(calls.getText()))
                        .sum()
                == 2);
    }

    @Test
    void chartsShowAnHourFromBeforeThePageWasOpened() {
        call("north");
        call("north");
        TIME.advance(Duration.ofMinutes(20));
        page.openAndWait(port);

        page.until(() -> chart("Calls").contains("maximum 0.1 /s in the last hour"));
        assertThat(page.seconds("path.first")).as("seconds in the chart").isBetween(1_150L, 1_300L);
        browser.findElement(By.tagName("summary")).click();
        page.until(() -> browser.findElements(By.cssSelector("details tbody td[data-label=Calls]")).stream()
                        .mapToInt(calls -> Integer.parseInt(calls.getText()))
                        .sum()
                == 2);
        assertThat(BROWSER.log().getAll()).isEmpty();
    }

    private String chart(String title) {
        return browser.findElements(By.cssSelector(".plot svg[role=img]")).stream()
                .map(WebElement::getAccessibleName)
                .filter(name -> name.startsWith(title + ":"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void doesNotPollWhileHiddenOrPaused() {
        page.openAndWait(port);
        String dashboard = browser.getWindowHandle();
        browser.switchTo().newWindow(WindowType.TAB);
        assertThat(pollsMeanwhile()).as("while hidden").isLessThanOrEqualTo(1);
        browser.close();
        browser.switchTo().window(dashboard);
        int before = gate.requests("GET").size();
        page.until(() -> gate.requests("GET").size() > before + 2);

        page.button("Pause").click();
        page.until(() -> page.live().equals("Paused"));
        assertThat(page.element("pause").getDomAttribute("aria-pressed")).isEqualTo("true");
        assertThat(pollsMeanwhile()).as("while paused").isLessThanOrEqualTo(1);
        page.button("Pause").click();
        page.until(() -> page.live().equals("Live"));
    }

    /** Returns the number of polls during the time of five poll intervals; one may have been in flight already. */
    private int pollsMeanwhile() {
        int before = gate.requests("GET").size();
        browser.executeAsyncScript("const wait = window.realTimeout || setTimeout; wait(arguments[0], 500)");
        return gate.requests("GET").size() - before;
    }
}
