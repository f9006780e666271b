package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.KeyState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** Theme, contrast, layout and accessibility of the dashboard. */
class DashboardAppearanceTests extends DashboardTest {

    @Test
    void themeFollowsTheSystemUnlessChosen() {
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
            assertThat(background()).as("remembered after a reload").isEqualTo(light);
            page.button("Theme: light").click();
            assertThat(background()).isEqualTo(dark);
            page.button("Theme: dark").click();
            assertThat(background()).isEqualTo(dark);
            assertThat(page.button("Theme: system").isDisplayed()).isTrue();
        } finally {
            page.prefer("prefers-color-scheme", "light");
        }
    }

    private String background() {
        return browser.findElement(By.tagName("body")).getCssValue("background-color");
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void allTextHasEnoughContrast(String scheme) {
        SIMULATOR.keyState("north-secret", KeyState.LEAKED);
        call("north");
        exhaustQuota();
        pool.keys().disable(MARKUP);
        page.prefer("prefers-color-scheme", scheme);
        try {
            page.openAndWait(port);
            assertThat(page.state("north")).isEqualTo("quarantined");
            assertThat(page.isExcluded("limited")).isTrue();
            assertThat(page.state(MARKUP)).isEqualTo("disabled");
            gate.reject(404, "", "GET");
            page.until(() -> !page.problem().isEmpty());
            assertThat((List<?>) browser.executeScript(LOW_CONTRAST_TEXTS)).isEmpty();
            page.button("Reset all pools").click();
            assertThat((List<?>) browser.executeScript(LOW_CONTRAST_TEXTS)).isEmpty();
        } finally {
            page.prefer("prefers-color-scheme", "light");
        }
    }

    /** Finds texts with a contrast ratio below 4.5:1, computed as in WCAG. */
    private static final String LOW_CONTRAST_TEXTS = """
            const colour = text => text.match(/[\\d.]+/g).map(Number);
            const linear = c => c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4;
            const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
            const background = element => {
              for (let each = element; each; each = each.parentElement) {
                const found = colour(getComputedStyle(each).backgroundColor);
                if (found.length === 3 || found[3] === 1) return found;
              }
              throw new Error('no background');
            };
            const lowContrast = [];
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            let checked = 0;
            while (texts.nextNode()) {
              const text = texts.currentNode.textContent.trim();
              const element = texts.currentNode.parentElement;
              if (!text || !element.checkVisibility()) continue;
              checked++;
              const [low, high] = [luminance(colour(getComputedStyle(element).color)), luminance(background(element))].sort((a, b) => a - b);
              const ratio = (high + 0.05) / (low + 0.05);
              if (ratio < 4.5) lowContrast.push(`${text}: ${ratio.toFixed(2)}`);
            }
            return checked < 40 ? [`only ${checked} texts were checked`] : lowContrast;
            """;

    @Test
    void tablesHaveNamesAndHeadersEvenOnAPhone() {
        exhaustQuota();
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
            assertThat(page.scrollsSideways()).isFalse();
        } finally {
            page.defaultWidth();
        }
    }

    @Test
    void nothingMovesIfReducedMotionIsPreferred() {
        page.prefer("prefers-reduced-motion", "no-preference");
        try {
            page.openAndWait(port);
            assertThat(page.element("dot").getCssValue("animation-name")).isEqualTo("pulse");
            page.prefer("prefers-reduced-motion", "reduce");
            assertThat(page.element("dot").getCssValue("animation-name")).isEqualTo("none");
        } finally {
            page.prefer("prefers-color-scheme", "light");
        }
    }
}
