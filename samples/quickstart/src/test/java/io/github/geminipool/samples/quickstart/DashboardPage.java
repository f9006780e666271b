package io.github.geminipool.samples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

/** The dashboard, as its users see it. */
final class DashboardPage {

    private final ChromeDriver browser;

    DashboardPage(ChromeDriver browser) {
        this.browser = browser;
    }

    /** Lets what the page waits for come so many times sooner. */
    void hurry(int factor) {
        beforeAnyScript("""
                window.patient = setTimeout;
                window.setTimeout = (task, wait) => window.patient(task, wait / %d);
                """.formatted(factor));
    }

    /** Lets the page's time pass by so many times what it waits for, which comes at once; eleven minutes later its clock is right. */
    void skipWaiting(int times) {
        beforeAnyScript("""
                window.patient = setTimeout;
                let now = Date.now() - 660_000;
                Date.now = () => now;
                window.setTimeout = (task, wait) => window.patient(() => {
                  now += wait * %d;
                  task();
                }, 5);
                """.formatted(times));
    }

    /** The time of the page's clock. */
    Instant now() {
        return Instant.ofEpochMilli(
                ((Number) Objects.requireNonNull(browser.executeScript("return Date.now()"))).longValue());
    }

    void waitAsOthersDo() {
        browser.executeScript("window.setTimeout = window.patient");
    }

    private void beforeAnyScript(String script) {
        browser.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    /** How many seconds a line of a chart goes back. */
    long seconds(String line) {
        String path = browser.findElement(By.cssSelector(".plot " + line)).getDomAttribute("d");
        Matcher begin = Pattern.compile("^M([\\d.]+)").matcher(String.valueOf(path));
        return begin.find() ? Math.round((100 - Double.parseDouble(begin.group(1))) * 6) : 0;
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

    String state(String key) {
        return row("keys", key).findElement(By.className("badge")).getText();
    }

    boolean rests(String key) {
        return state(key).endsWith("resting");
    }

    String obstacles(String key) {
        return String.join(
                "\n",
                row("keys", key).findElements(By.className("reason")).stream()
                        .map(WebElement::getText)
                        .toList());
    }

    WebElement row(String table, String name) {
        return rows(table).stream()
                .filter(row -> name.equals(row.getDomAttribute("data-id")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No row " + name + " in " + table));
    }

    List<WebElement> rows(String table) {
        return browser.findElements(By.cssSelector("#" + table + " tbody tr"));
    }

    /** The button of an accessible name. */
    WebElement button(String name) {
        return browser.findElements(By.tagName("button")).stream()
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

    /** What happened, the latest first. */
    List<String> news() {
        return browser.findElements(By.cssSelector("#log li")).stream()
                .map(WebElement::getText)
                .toList();
    }

    String focused() {
        return String.valueOf(browser.switchTo().activeElement().getAccessibleName());
    }

    /** Presses Tab until something has the focus. */
    void tabTo(String name) {
        for (int i = 0; i < 40; i++) {
            press(Keys.TAB);
            if (focused().equals(name)) {
                return;
            }
        }
        throw new AssertionError("Tab does not get to " + name);
    }

    void press(Keys key) {
        new Actions(browser).sendKeys(key).perform();
    }

    WebElement element(String id) {
        return browser.findElement(By.id(id));
    }

    /** Lets the system prefer something, until the next preference. */
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

    void usualWidth() {
        browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        browser.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", false));
    }

    boolean isWiderThanTheWindow() {
        return Boolean.TRUE.equals(browser.executeScript(
                "return document.documentElement.scrollWidth > document.documentElement.clientWidth"));
    }

    /** Writes what can be seen without scrolling. */
    void photograph(Path file) {
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

    void until(Duration most, BooleanSupplier condition) {
        new WebDriverWait(browser, most, Duration.ofMillis(50)).until(ignored -> condition.getAsBoolean());
    }
}
