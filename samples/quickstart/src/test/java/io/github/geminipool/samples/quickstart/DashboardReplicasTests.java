package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.autoconfigure.GeminiPoolBuilderCustomizer;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.spi.SharedStore;
import io.github.geminipool.testing.MemoryStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.WebElement;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The dashboard of one of two replicas, and its switch. Figures are published every half second instead of every ten. */
@Timeout(60)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "gemini.pool.keys[0].name=north",
            "gemini.pool.keys[0].value=north-secret",
            "gemini.pool.shared.enabled=true"
        })
class DashboardReplicasTests {

    private static final AdvancedTime TIME = new AdvancedTime(20);
    private static final MemoryStore STORE = new MemoryStore(TIME, Runnable::run);
    private static final GeminiSimulator SIMULATOR =
            GeminiSimulator.builder().key("north-secret").start();

    @RegisterExtension
    static final SharedBrowser BROWSER = new SharedBrowser();

    private final DashboardPage page = new DashboardPage(BROWSER.driver());

    @Autowired
    private GeminiPool pool;

    @Autowired
    private MemoryStore.Replica connection;

    @LocalServerPort
    private int port;

    @TestConfiguration(proxyBeanMethods = false)
    static class Surroundings {

        @Bean
        GeminiPoolBuilderCustomizer time() {
            return builder -> builder.timeSource(TIME);
        }

        @Bean
        MemoryStore.Replica sharedStore() {
            return STORE.connect("one");
        }
    }

    @DynamicPropertySource
    static void baseUrl(DynamicPropertyRegistry properties) {
        properties.add("gemini.pool.base-url", SIMULATOR::baseUrl);
    }

    @BeforeEach
    void speedUp() {
        page.speedUp(20);
    }

    @AfterEach
    void reset() {
        connection.isDown(false);
        page.reset();
    }

    private GeminiPool other(SharedStore store) {
        GeminiPoolBuilder builder =
                GeminiPool.builder().key("north-secret").timeSource(TIME).sharedStore(store);
        return builder.settings(builder.settings().withBaseUrl(URI.create(SIMULATOR.baseUrl())))
                .build();
    }

    private static void call(GeminiPool by, int times) {
        for (int i = 0; i < times; i++) {
            by.generateContent(GenerationRequest.of("Why?").model("gemini-flash-latest"));
        }
    }

    private String replica(String name) {
        return page.rows("replicas").isEmpty() ? "" : page.row("replicas", name).getText();
    }

    @Test
    void switchesBetweenThisReplicaAndAll() {
        pool.resetStats();
        call(pool, 2);
        MemoryStore.Replica ofOther = STORE.connect("two");
        try (GeminiPool other = other(ofOther)) {
            call(other, 3);
            page.openAndWait(port);
            assertThat(page.figure("Calls")).isEqualTo("2");

            page.button("All replicas").click();
            page.until(() -> page.figureOfAll("Calls").equals("5"));
            assertThat(page.button("All replicas").getDomAttribute("aria-pressed"))
                    .isEqualTo("true");
            assertThat(page.element("keys").isDisplayed()).isFalse();
            assertThat(page.figureOfAll("Replicas")).isEqualTo("2");
            assertThat(page.figureOfAll("Alone")).isEqualTo("0");
            assertThat(replica("one")).contains("this replica", "shares", "2");
            assertThat(replica("two")).contains("s ago", "shares", "3");
            assertThat(page.row("all-keys", "north").getText()).contains("5");
            assertThat(page.row("all-models", "gemini-flash-latest").getText()).contains("5");
            assertThat(page.element("all-note").isDisplayed()).isFalse();
            page.screenshot(Path.of("target", "dashboard-all.png"));

            connection.isDown(true);
            page.until(() -> replica("one").contains("alone"));
            assertThat(page.element("all-note").getText()).contains("can't be shown");
            connection.isDown(false);
            page.until(() -> replica("one").contains("shares"));
        }
        ofOther.close();
        page.until(() -> !replica("one").isEmpty() && replica("two").contains("not heard of"));
        assertThat(page.figureOfAll("Alone")).isEqualTo("1");

        page.button("This replica").click();
        page.until(() -> page.element("keys").isDisplayed());
        assertThat(page.element("all").isDisplayed()).isFalse();
        assertThat(page.figure("Calls")).isEqualTo("2");
        assertThat(BROWSER.log().getAll()).isEmpty();
    }

    @Test
    void tablesOfAllFitAPhoneAndHaveNames() {
        call(pool, 1);
        page.width(360);
        try {
            page.openAndWait(port);
            page.button("All replicas").click();
            page.until(() -> !replica("one").isEmpty());
            List<WebElement> tables = page.displayed("main table");
            assertThat(tables)
                    .extracting(WebElement::getAccessibleName)
                    .containsExactly("Replicas", "Attempts by model", "Attempts by key");
            assertThat(tables).extracting(WebElement::getAriaRole).containsOnly("table");
            assertThat(page.scrollsSideways()).isFalse();
        } finally {
            page.defaultWidth();
        }
    }
}
