package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The page in a real browser; see {@link HeadlessChromium}. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "gemini.pool.keys=")
class PageTests {

    @RegisterExtension
    static final SharedBrowser BROWSER = new SharedBrowser();

    private final ChromeDriver browser = BROWSER.driver();

    @BeforeEach
    void openPage(@LocalServerPort int port) {
        browser.get("http://localhost:" + port + "/");
        until(() -> rows().size() == 4);
    }

    @Test
    void showsThatTheSimulatorAnswers() {
        assertThat(element("mode").getText()).startsWith("No keys are configured, so the embedded simulator answers.");
    }

    @Test
    void streamsTheAnswerAndShowsTheKey() throws IOException {
        // Observed inside the page: polling from here could miss updates.
        browser.executeScript("""
                window.lengths = [];
                new MutationObserver(() => window.lengths.push(document.getElementById('answer').textContent.length))
                    .observe(document.getElementById('answer'), {childList: true});
                """);
        ask("Why is the sky blue?");
        assertThat(element("answer").getText()).contains("You wrote: \"Why is the sky blue?\"");
        assertThat((List<?>) browser.executeScript("return window.lengths.filter(length => length > 0)"))
                .hasSizeGreaterThan(2);
        String served = element("served").getText();
        assertThat(served).matches("Served by key (north|south|limited), instance \\d\\.");
        until(() -> !browser.findElements(By.cssSelector("tr.served")).isEmpty());
        assertThat(served)
                .contains(browser.findElement(By.cssSelector("tr.served th")).getText());
        Path screenshot = Path.of("target", "quickstart.png");
        Files.write(screenshot, browser.getScreenshotAs(OutputType.BYTES));
    }

    @Test
    void markupInAPromptStaysText() {
        ask("<img src=x onerror=\"document.title='broken'\"><b>bold</b>");
        assertThat(element("answer").getText()).contains("<b>bold</b>");
        assertThat(element("answer").findElements(By.cssSelector("b, img"))).isEmpty();
        assertThat(browser.getTitle()).isEqualTo("gemini-pool quickstart");
    }

    @Test
    void problemIsShown() {
        browser.executeScript("document.getElementById('prompt').removeAttribute('maxlength')");
        WebElement prompt = element("prompt");
        browser.executeScript("arguments[0].value = 'x'.repeat(4001)", prompt);
        element("send").click();
        until(() -> element("answer").getText().equals("Please write at most 4000 characters."));
    }

    @Test
    void worksWithTheKeyboardAlone() {
        WebElement prompt = element("prompt");
        prompt.clear();
        prompt.sendKeys("Hello", Keys.chord(Keys.CONTROL, Keys.ENTER));
        until(() -> element("served").getText().startsWith("Served by key"));
    }

    @Test
    void chatRemembersEarlierMessages() throws IOException {
        say("My name is Ada.");
        say("What is my name?");
        assertThat(messages()).hasSize(4);
        assertThat(messages().get(2).getText()).contains("You").contains("What is my name?");
        assertThat(messages().get(3).getText())
                .contains("You wrote: \"What is my name?\"")
                .contains("Before that, you wrote: \"My name is Ada.\"")
                .containsPattern("Key (north|south|limited), instance \\d");
        assertThat(element("log").getDomAttribute("aria-busy")).isEqualTo("false");
        until(() -> !browser.findElements(By.cssSelector("tr.served")).isEmpty());
        browser.executeScript("document.getElementById('chat-title').closest('section').scrollIntoView()");
        screenshot("quickstart-chat");
        try {
            emulateColourScheme("dark");
            screenshot("quickstart-chat-dark");
            browser.manage().window().setSize(new Dimension(500, 1000));
            browser.executeCdpCommand(
                    "Emulation.setDeviceMetricsOverride",
                    Map.of("width", 360, "height", 1_500, "deviceScaleFactor", 1, "mobile", true));
            assertThat(browser.executeScript(
                            "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                    .as("fits the window's width")
                    .isEqualTo(true);
            screenshot("quickstart-chat-360-dark");
            emulateColourScheme("light");
            screenshot("quickstart-chat-360");
        } finally {
            emulateColourScheme("light");
            browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
            browser.manage().window().setSize(new Dimension(900, 1000));
        }
    }

    @Test
    void newChatStartsEmpty() {
        say("My name is Ada.");
        element("new-chat").click();
        assertThat(messages()).isEmpty();
        assertThat(browser.switchTo().activeElement().getDomAttribute("id")).isEqualTo("message");
        say("What is my name?");
        assertThat(messages()).hasSize(2);
        assertThat(element("log").getText()).doesNotContain("Ada");
    }

    @Test
    void newChatCancelsTheStreamingAnswer() {
        element("message").sendKeys("My name is Ada.", Keys.chord(Keys.CONTROL, Keys.ENTER));
        until(() -> messages().size() == 2);
        element("new-chat").click();
        say("What is my name?");
        assertThat(messages()).hasSize(2);
        assertThat(element("log").getText()).doesNotContain("Ada").doesNotContain("reach");
    }

    @Test
    void markupInAChatStaysText() {
        say("<img src=x onerror=\"document.title='broken'\"><b>bold</b>");
        assertThat(messages().get(0).getText()).contains("<b>bold</b>");
        assertThat(messages().get(1).getText()).contains("<b>bold</b>");
        assertThat(element("log").findElements(By.cssSelector("b, img"))).isEmpty();
        assertThat(browser.getTitle()).isEqualTo("gemini-pool quickstart");
    }

    @Test
    void failedMessageCanBeSentAgain() {
        browser.executeScript("document.getElementById('message').removeAttribute('maxlength')");
        browser.executeScript("arguments[0].value = 'x'.repeat(4001)", element("message"));
        element("say").click();
        until(() -> element("log").getText().contains("Please write at most 4000 characters."));
        until(() -> element("say").isEnabled());
        assertThat(element("message").getDomProperty("value")).hasSize(4_001);
    }

    @Test
    void everyControlHasALabelAndNothingIsLoadedFromOtherSites() {
        assertThat(browser.findElements(By.cssSelector("label[for=prompt], label[for=message]")))
                .hasSize(2);
        assertThat(browser.findElements(By.cssSelector("textarea, button")))
                .extracting(WebElement::getAccessibleName)
                .containsExactlyInAnyOrder("Prompt", "Ask", "Message", "Send", "New chat");
        assertThat(element("log").getAriaRole()).isEqualTo("log");
        assertThat(element("log").getAccessibleName()).isEqualTo("Chat");
        assertThat(element("answer").getDomAttribute("aria-live")).isEqualTo("polite");
        assertThat(browser.findElements(By.cssSelector("[src^=http], link[href^=http]")))
                .isEmpty();
        assertThat(BROWSER.log().getAll()).isEmpty();
    }

    @Test
    void darkSchemeChangesColours() throws IOException {
        String light = element("form").getCssValue("background-color");
        try {
            emulateColourScheme("dark");
            until(() -> !element("form").getCssValue("background-color").equals(light));
            Files.write(Path.of("target", "quickstart-dark.png"), browser.getScreenshotAs(OutputType.BYTES));
        } finally {
            emulateColourScheme("light");
        }
    }

    private void emulateColourScheme(String scheme) {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    private void ask(String prompt) {
        WebElement field = element("prompt");
        field.clear();
        field.sendKeys(prompt);
        element("send").click();
        until(() -> element("served").getText().startsWith("Served by key"));
    }

    private void say(String text) {
        int before = messages().size();
        element("message").sendKeys(text, Keys.chord(Keys.CONTROL, Keys.ENTER));
        until(() -> messages().size() == before + 2
                && !messages()
                        .get(before + 1)
                        .findElement(By.className("by"))
                        .getText()
                        .isEmpty()
                && element("say").isEnabled());
    }

    private List<WebElement> messages() {
        return browser.findElements(By.cssSelector("#log .message"));
    }

    private void screenshot(String name) throws IOException {
        Files.write(Path.of("target", name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }

    private List<WebElement> rows() {
        return browser.findElements(By.cssSelector("#keys tr"));
    }

    private WebElement element(String id) {
        return browser.findElement(By.id(id));
    }

    private void until(BooleanSupplier condition) {
        new WebDriverWait(browser, Duration.ofSeconds(15), Duration.ofMillis(50))
                .until(ignored -> condition.getAsBoolean());
    }
}
