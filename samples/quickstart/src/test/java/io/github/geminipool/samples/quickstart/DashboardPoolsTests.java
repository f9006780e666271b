package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.GeminiSimulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.support.ui.Select;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The dashboard of an application with two pools, and its chooser. */
@Timeout(60)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "gemini.pool.keys[0].name=north",
            "gemini.pool.keys[0].value=north-secret",
            "gemini.pools.shop.keys[0].name=till",
            "gemini.pools.shop.keys[0].value=till-secret"
        })
class DashboardPoolsTests {

    private static final GeminiSimulator SIMULATOR =
            GeminiSimulator.builder().key("north-secret").key("till-secret").start();

    @RegisterExtension
    static final SharedBrowser BROWSER = new SharedBrowser();

    private final DashboardPage page = new DashboardPage(BROWSER.driver());

    @Autowired
    private GeminiPool pool;

    @Autowired
    @Qualifier("shop")
    private GeminiPool shop;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void baseUrl(DynamicPropertyRegistry properties) {
        properties.add("gemini.pool.base-url", SIMULATOR::baseUrl);
        properties.add("gemini.pools.shop.base-url", SIMULATOR::baseUrl);
    }

    @AfterAll
    static void close() {
        SIMULATOR.close();
    }

    @BeforeEach
    void speedUp() {
        page.speedUp(20);
    }

    @AfterEach
    void reset() {
        page.reset();
    }

    private Select chooser() {
        return new Select(page.element("pool"));
    }

    @Test
    void showsAndControlsTheChosenPool() {
        pool.generateContent("Why?");
        shop.generateContent("Why?");
        shop.generateContent("Why?");
        page.openAndWait(port);
        assertThat(page.element("pool").getAccessibleName()).isEqualTo("Pool");
        assertThat(chooser().getOptions())
                .extracting(option -> option.getText())
                .containsExactly("geminiPool", "shop");
        assertThat(page.figure("Calls")).isEqualTo("1");
        assertThat(page.row("keys", "north").isDisplayed()).isTrue();

        chooser().selectByValue("shop");
        page.until(() -> page.figure("Calls").equals("2"));
        assertThat(page.rows("keys")).hasSize(1);
        assertThat(page.events()).as("another pool is no change of keys").isEmpty();
        page.button("Disable key till").click();
        page.confirm();
        page.until(() -> page.state("till").endsWith("disabled"));
        assertThat(shop.keyStats().usable()).isZero();
        assertThat(pool.keyStats().usable()).isOne();
        page.button("Reset all pools").click();
        page.confirm();
        page.until(() -> page.events().stream().anyMatch(event -> event.endsWith("All pools were reset.")));

        page.open(port, "?pool=shop");
        page.until(() -> page.live().equals("Live"));
        assertThat(chooser().getFirstSelectedOption().getText()).isEqualTo("shop");
        assertThat(BROWSER.log().getAll()).isEmpty();
    }

    @Test
    void aPageThatWasOpenedWhenThereWasOnePoolFindsTheOthers() {
        page.openAndWait(port);
        BROWSER.driver().executeScript("pools = []; document.getElementById('pool').replaceChildren();");
        page.until(() -> chooser().getOptions().size() == 2);
        page.until(() -> page.live().equals("Live"));
    }

    @Test
    void fitsAPhone() {
        page.width(360);
        try {
            page.openAndWait(port);
            assertThat(page.element("pool").isDisplayed()).isTrue();
            assertThat(page.scrollsSideways()).isFalse();
        } finally {
            page.defaultWidth();
        }
    }
}
