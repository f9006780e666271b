package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.GeminiPoolBuilderCustomizer;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.simulator.Latency;
import io.github.geminipool.simulator.Quota;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A busy hour on the dashboard, in a few seconds. Takes the documentation's screenshots with {@code -Dscreenshots=folder}. */
@Timeout(300)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "gemini.pool.keys[0].name=north",
            "gemini.pool.keys[0].value=north-secret",
            "gemini.pool.keys[1].name=south",
            "gemini.pool.keys[1].value=south-secret",
            "gemini.pool.keys[2].name=limited",
            "gemini.pool.keys[2].value=limited-secret",
            "gemini.pool.keys[2].project=small",
            "gemini.pool.keys[3].name=revoked",
            "gemini.pool.keys[3].value=revoked-secret",
            "gemini.pool.limits.requests-per-minute=100",
            "gemini.pool.retry.jitter=0"
        })
@Tag("slow")
class DashboardPicturesTests {

    /** Without screenshots, every eighth poll is enough. */
    private static final int STRIDE = System.getProperty("screenshots") == null ? 8 : 1;

    private static final Path FOLDER = Path.of(System.getProperty("screenshots", "target"));

    private static final AdvancedTime TIME = new AdvancedTime(20);

    private static final GeminiSimulator SIMULATOR = GeminiSimulator.builder()
            .clock(TIME)
            .key("north-secret")
            .key("south-secret")
            .key("limited-secret", key -> key.project("small"))
            .key("revoked-secret", key -> key.state(KeyState.INVALID))
            .quota(Quota.requestsPerMinute(5).project("small"))
            .latency(Latency.uniform(Duration.ofMillis(10), Duration.ofMillis(25)))
            .start();

    @RegisterExtension
    static final SharedBrowser BROWSER = new SharedBrowser();

    private final DashboardPage page = new DashboardPage(BROWSER.driver());

    @TestConfiguration(proxyBeanMethods = false)
    static class Surroundings {

        @Bean
        GeminiPoolBuilderCustomizer time() {
            return builder -> builder.timeSource(TIME);
        }

        @Bean
        Traffic traffic(GeminiPool pool) {
            return new Traffic(pool, TIME, Duration.ofSeconds(2L * STRIDE));
        }
    }

    @DynamicPropertySource
    static void baseUrl(DynamicPropertyRegistry properties) {
        properties.add("gemini.pool.base-url", SIMULATOR::baseUrl);
    }

    @AfterAll
    static void close() {
        SIMULATOR.close();
    }

    @AfterEach
    void resetPage() {
        page.prefer("prefers-color-scheme", "light");
        page.defaultWidth();
        page.reset();
    }

    @Test
    void chartsShowAnHourOnAnyScreen(@LocalServerPort int port, @Autowired Traffic traffic) {
        SIMULATOR.fault(Fault.when().probability(0.02).respond(503));
        SIMULATOR.fault(Fault.when().nth(400).respond(400));
        SIMULATOR.fault(Fault.when().nth(401).respond(400));
        Instant opened = TIME.now().plus(Duration.ofMinutes(58));
        while (TIME.now().isBefore(opened)) {
            traffic.pass();
        }
        page.skipDelays(STRIDE);
        page.openAndWait(port);

        Instant end = page.now().plus(Duration.ofMinutes(3));
        page.until(Duration.ofMinutes(2), () -> page.now().isAfter(end));
        page.stopSkippingDelays();
        // A page whose clock ran so fast may have given a request up, and then asks for the past anew.
        page.until(this::showsAnHour);
        assertThat(SIMULATOR.requestsByKey().keySet()).hasSize(4);

        screenshot("light", 1_200, "dashboard-light");
        screenshot("dark", 1_200, "dashboard-dark");
        screenshot("light", 390, "dashboard-phone");
    }

    private boolean showsAnHour() {
        long seconds = page.seconds("path.first");
        return seconds >= 3_500 && seconds <= 3_600;
    }

    private void screenshot(String scheme, int width, String name) {
        page.prefer("prefers-color-scheme", scheme);
        page.width(width);
        assertThat(page.scrollsSideways()).as(name).isFalse();
        page.screenshot(FOLDER.resolve(name + ".png"));
    }
}
