package io.github.geminipool.samples.quickstart;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.autoconfigure.GeminiPoolBuilderCustomizer;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.Quota;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.chrome.ChromeDriver;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The dashboard in a real browser, on a real pool. All subclasses share one application and one browser. */
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
            "gemini.pool.keys[2].name=" + DashboardTest.MARKUP,
            "gemini.pool.keys[2].value=markup-secret"
        })
@Import(DashboardTest.Surroundings.class)
abstract class DashboardTest {

    static final String MARKUP = "<img src=x onerror=\"document.title='broken'\"><b>bold</b>";

    /** The page polls every 100 ms rather than every 2 s. */
    private static final int SPEED_UP = 20;

    static final AdvancedTime TIME = new AdvancedTime(1);

    static final GeminiSimulator SIMULATOR = GeminiSimulator.builder()
            .clock(TIME)
            .key("north-secret")
            .key("limited-secret", key -> key.project("small"))
            .key("markup-secret")
            .quota(Quota.requestsPerMinute(1).project("small"))
            .start();

    @RegisterExtension
    static final SharedBrowser BROWSER = new SharedBrowser();

    final ChromeDriver browser = BROWSER.driver();

    final DashboardPage page = new DashboardPage(browser);

    @Autowired
    GeminiPool pool;

    @Autowired
    EndpointGate gate;

    @LocalServerPort
    int port;

    @TestConfiguration(proxyBeanMethods = false)
    static class Surroundings {

        @Bean
        GeminiPoolBuilderCustomizer time() {
            return builder -> builder.timeSource(TIME);
        }

        @Bean
        EndpointGate endpointGate() {
            return new EndpointGate();
        }
    }

    @DynamicPropertySource
    static void baseUrl(DynamicPropertyRegistry properties) {
        properties.add("gemini.pool.base-url", SIMULATOR::baseUrl);
    }

    @BeforeEach
    void resetEverything() {
        TIME.advance(Duration.ofMinutes(2));
        SIMULATOR.reset();
        gate.open();
        pool.reset();
        pool.keys().names().forEach(pool.keys()::enable);
        pool.resetStats();
        browser.manage().deleteAllCookies();
        page.speedUp(SPEED_UP);
    }

    @AfterEach
    void resetPage() {
        page.reset();
    }

    void call(String key) {
        pool.tryGenerateContent(
                GenerationRequest.of("Why?").model("gemini-flash-latest").onlyKeys(key));
    }

    void exhaustQuota() {
        call("limited");
        call("limited");
    }
}
