package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.GenerationRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;

/** What the dashboard does with hostile names and addresses, and with endpoints that fail. */
class DashboardSafetyTests extends DashboardTest {

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
        assertThat(page.events()).anySatisfy(event -> assertThat(event).contains(MARKUP));

        assertThat(browser.findElements(By.cssSelector("img, b, [onerror]"))).isEmpty();
        assertThat(browser.getTitle()).isEqualTo("Gemini pool");
    }

    @Test
    void browserRejectsMarkupEvenFromThePagesScript() {
        page.openAndWait(port);
        assertThatThrownBy(() -> browser.executeScript("document.getElementById('log').innerHTML = '<b>bold</b>'"))
                .isInstanceOf(JavascriptException.class)
                .hasMessageContaining("TrustedHTML");
    }

    @Test
    void endpointMayHaveAnotherPathOnThisSite() {
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
    void endpointOnAnotherSiteIsNotCalled(String address) {
        page.open(port, "?endpoint=" + address);
        page.until(() -> page.problem().startsWith("The endpoint must be on this site"));
        assertThat(page.live()).isEqualTo("Stopped");
        assertThat((List<?>) browser.executeScript("return performance.getEntriesByType('resource')"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            401 | The endpoint requires a login (401).
            403 | You do not have permission to use the endpoint (403).
            404 | No endpoint at /actuator/geminipool (404). Is it exposed?
            503 | The endpoint responded with status 503.
            302 | The endpoint redirects, probably to a login page.
            200 | /actuator/geminipool is not a Gemini pool endpoint.
            """)
    void problemsAreExplained(int status, String words) {
        page.openAndWait(port);
        gate.reject(status, "<h1>Hello</h1>", "GET");
        page.until(() -> page.problem().startsWith(words));
        assertThat(page.problem()).containsPattern("Showing data from \\d\\d:\\d\\d:\\d\\d\\.");
        assertThat(page.live()).isEqualTo("No response");
        assertThat(page.element("problem").getAriaRole()).isEqualTo("alert");

        gate.open();
        page.until(() -> page.live().equals("Live"));
        assertThat(page.element("problem").isDisplayed()).isFalse();
    }
}
