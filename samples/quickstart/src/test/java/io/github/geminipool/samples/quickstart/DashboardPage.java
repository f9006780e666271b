package io.github.geminipool.samples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The dashboard as users see it. */
final class DashboardPage {

    private final ChromeDriver browser;
    private final List<String> scripts = new ArrayList<>();

    DashboardPage(ChromeDriver browser) {
        this.browser = browser;
    }

    /** Divides the page's timeouts and intervals by a factor, from the next {@link #open} to {@link #reset}. */
    void speedUp(int factor) {
        runBeforePage("""
                window.realTimeout = setTimeout;
                const realInterval = setInterval;
                window.setTimeout = (task, delay) => window.realTimeout(task, delay / %1$d);
                window.setInterval = (task, delay) => realInterval(task, delay / %1$d);
                """.formatted(factor));
    }

    /**
     * Runs the page's timeouts at once, each advancing its clock by the delay times a factor. The clock starts 11 minutes
     * slow.
     */
    void skipDelays(int factor) {
        runBeforePage("""
                window.realTimeout = setTimeout;
                let now = Date.now() - 660_000;
                Date.now = () => now;
                window.setTimeout = (task, delay) => window.realTimeout(() => {
                  now += delay * %d;
                  task();
                }, 5);
                """.formatted(factor));
    }

    /** Ends {@link #skipDelays} on the open page. */
    void stopSkippingDelays() {
        browser.executeScript("window.setTimeout = window.realTimeout");
    }

    private void runBeforePage(String script) {
        Object id = browser.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script))
                .get("identifier");
        scripts.add(String.valueOf(id));
    }

    /** Removes cookies and ends the effects of {@link #speedUp} and {@link #skipDelays} for pages opened later. */
    void reset() {
        browser.manage().deleteAllCookies();
        scripts.forEach(
                id -> browser.executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", id)));
        scripts.clear();
    }

    /** Returns the time on the page's clock. */
    Instant now() {
        return Instant.ofEpochMilli(
                ((Number) Objects.requireNonNull(browser.executeScript("return Date.now()"))).longValue());
    }

    /** Returns how many seconds a chart line reaches back. */
    long seconds(String line) {
        String path = browser.findElement(By.cssSelector(".plot " + line)).getDomAttribute("d");
        Matcher begin = Pattern.compile("^M([\\d.]+)").matcher(String.valueOf(path));
        return begin.find() ? Math.round((100 - Double.parseDouble(begin.group(1))) * 36) : 0;
    }

    void open(int port) {
        open(port, "");
    }

    void open(int port, String query) {
        browser.get("http://localhost:" + port + "/dashboard.html" + query);
    }

    void openAndWait(int port) {
        open(port);
        until(() -> live().equals("Live"));
    }

    String live() {
        return element("live").getText();
    }

    String problem() {
        return element("problem").getText();
    }

    String readOnly() {
        return element("read-only").getText();
    }

    String figure(String name) {
        return browser.findElement(By.xpath("//dt[.='" + name + "']/following-sibling::dd"))
                .getText();
    }

    /** Returns a figure of all replicas together. */
    String figureOfAll(String name) {
        return browser
                .findElements(By.xpath("//dl[@id='all-figures']//dt[.='" + name + "']/following-sibling::dd"))
                .stream()
                .map(WebElement::getText)
                .findFirst()
                .orElse("");
    }

    List<WebElement> displayed(String selector) {
        return browser.findElements(By.cssSelector(selector)).stream()
                .filter(WebElement::isDisplayed)
                .toList();
    }

    String state(String key) {
        return row("keys", key).findElement(By.className("badge")).getText();
    }

    boolean isExcluded(String key) {
        return state(key).endsWith("excluded");
    }

    String exclusions(String key) {
        return String.join(
                "\n",
                row("keys", key).findElements(By.className("reason")).stream()
                        .map(WebElement::getText)
                        .toList());
    }

    WebElement row(String table, String name) {
        Object row = browser.executeScript("""
                return [...document.querySelectorAll(`#${arguments[0]} tbody tr`)]
                    .find(row => row.dataset.id === arguments[1]);
                """, table, name);
        if (row == null) {
            throw new AssertionError("No row " + name + " in " + table);
        }
        return (WebElement) row;
    }

    List<WebElement> rows(String table) {
        return browser.findElements(By.cssSelector("#" + table + " tbody tr"));
    }

    /** Returns the visible button with an accessible name. */
    WebElement button(String name) {
        // Preselected in one step: asking the browser for each button's name is slow.
        Object labelled = browser.executeScript("""
                return [...document.querySelectorAll('button')]
                    .filter(button => (button.getAttribute('aria-label') || button.textContent) === arguments[0]);
                """, name);
        return ((List<?>) Objects.requireNonNull(labelled))
                .stream()
                        .map(WebElement.class::cast)
                        .filter(WebElement::isDisplayed)
                        .filter(button -> name.equals(button.getAccessibleName()))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("No button " + name));
    }

    String question() {
        return element("dialog").getText();
    }

    void confirm() {
        element("yes").click();
    }

    void cancel() {
        element("no").click();
    }

    /** Returns the event log, latest first. */
    List<String> events() {
        return browser.findElements(By.cssSelector("#log li")).stream()
                .map(WebElement::getText)
                .toList();
    }

    String focused() {
        return String.valueOf(browser.switchTo().activeElement().getAccessibleName());
    }

    /** Presses Tab until the element with this accessible name has the focus. */
    void tabTo(String name) {
        for (int i = 0; i < 40; i++) {
            press(Keys.TAB);
            if (focused().equals(name)) {
                return;
            }
        }
        throw new AssertionError("Not reachable with Tab: " + name);
    }

    void press(Keys key) {
        new Actions(browser).sendKeys(key).perform();
    }

    WebElement element(String id) {
        return browser.findElement(By.id(id));
    }

    /** Emulates a system preference; replaces the previous one. */
    void prefer(String feature, String value) {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", feature, "value", value))));
    }

    void width(int pixels) {
        browser.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", true));
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        pixels,
                        "height",
                        pixels < 600 ? 1_000 : 1_100,
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        pixels < 600));
    }

    void defaultWidth() {
        browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        browser.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", false));
    }

    boolean scrollsSideways() {
        return Boolean.TRUE.equals(browser.executeScript(
                "return document.documentElement.scrollWidth > document.documentElement.clientWidth"));
    }

    /** Writes a screenshot of the visible part. */
    void screenshot(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, browser.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void until(BooleanSupplier condition) {
        until(Duration.ofSeconds(15), condition);
    }

    void until(Duration timeout, BooleanSupplier condition) {
        new WebDriverWait(browser, timeout, Duration.ofMillis(50)).until(ignored -> condition.getAsBoolean());
    }
}
