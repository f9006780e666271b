package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.GenerationResult;
import io.github.geminipool.simulator.Fault;
import io.github.geminipool.simulator.GeminiSimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.chrome.ChromeDriver;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Ten busy minutes on the dashboard, in a few seconds. The README's pictures are made here: {@code -Dscreenshots=folder}. */
@Timeout(120)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "gemini.pool.keys=",
            "gemini.pool.size=40",
            "gemini.pool.models[0].name=gemini-pro-latest",
            "gemini.pool.models[0].size=20",
            "gemini.pool.limits.requests-per-minute=600"
        })
class DashboardPicturesTests {

    private static final Path FOLDER = Path.of(System.getProperty("screenshots", "target"));

    private final List<CompletableFuture<GenerationResult>> calls = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService callers = Executors.newSingleThreadScheduledExecutor();

    @SuppressWarnings("NullAway.Init")
    private ChromeDriver browser;

    @BeforeEach
    void openBrowser() {
        browser = HeadlessChromium.start();
    }

    @AfterEach
    void close() {
        callers.shutdownNow();
        if (browser != null) {
            browser.quit();
        }
    }

    @Test
    void tenMinutesFitIntoTheChartsOnAnyScreen(
            @LocalServerPort int port, @Autowired GeminiPool pool, @Autowired GeminiSimulator simulator) {
        simulator.fault(Fault.when().probability(0.03).respond(503));
        simulator.fault(Fault.when().nth(150).respond(400));
        simulator.fault(Fault.when().nth(260).respond(400));
        DashboardPage page = new DashboardPage(browser);
        page.skipWaiting();
        ScheduledFuture<?> tide = callers.scheduleAtFixedRate(new Tide(pool, calls), 0, 20, TimeUnit.MILLISECONDS);
        page.openAndWait(port);

        page.until(Duration.ofSeconds(90), () -> page.seconds("path.first") >= 590);
        assertThat(page.seconds("path.first"))
                .as("of which the chart keeps ten minutes")
                .isLessThanOrEqualTo(600);
        assertThat(tide.isDone()).as("the calls ended early").isFalse();
        tide.cancel(false);
        callers.shutdown();
        CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
        assertThat(simulator.requestCount()).isGreaterThan(100);

        picture(page, "light", 1_200, "dashboard-light");
        picture(page, "dark", 1_200, "dashboard-dark");
        picture(page, "light", 390, "dashboard-phone");
    }

    private void picture(DashboardPage page, String scheme, int width, String name) {
        page.prefer("prefers-color-scheme", scheme);
        page.width(width);
        assertThat(page.isWiderThanTheWindow()).as(name).isFalse();
        page.photograph(FOLDER.resolve(name + ".png"));
    }

    /** Calls that come in waves, to two models. */
    private static final class Tide implements Runnable {

        private final GeminiPool pool;
        private final List<CompletableFuture<GenerationResult>> calls;
        private int tick;

        Tide(GeminiPool pool, List<CompletableFuture<GenerationResult>> calls) {
            this.pool = pool;
            this.calls = calls;
        }

        @Override
        public void run() {
            tick++;
            double height = 1 + Math.sin(tick / 25.0);
            for (int i = 0; i < Math.round(height); i++) {
                String model = (tick + i) % 4 == 0 ? "gemini-pro-latest" : "gemini-flash-latest";
                calls.add(pool.tryGenerateContentAsync(
                        GenerationRequest.of("Why is the sky blue?").model(model)));
            }
        }
    }
}
