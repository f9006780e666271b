package io.github.geminipool.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.simulator.KeyState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The dashboard's buttons. */
class DashboardActionTests extends DashboardTest {

    @Test
    void statisticsAreResetAfterConfirmation() {
        call("north");
        page.openAndWait(port);
        assertThat(page.figure("Calls")).isEqualTo("1");

        int writes = gate.requests("POST").size();
        page.button("Reset statistics").click();
        assertThat(page.question()).contains("Reset the statistics?");
        page.cancel();
        page.button("Reset statistics").click();
        page.confirm();

        page.until(() -> page.figure("Calls").equals("0"));
        assertThat(pool.stats().calls()).isZero();
        assertThat(page.events()).singleElement().asString().endsWith("The statistics were reset.");
        assertThat(gate.requests("POST")).as("only the confirmed one").hasSize(writes + 1);
    }

    @Test
    void allPoolsAreReset() {
        SIMULATOR.keyState("north-secret", KeyState.LEAKED);
        call("north");
        page.openAndWait(port);
        assertThat(page.state("north")).isEqualTo("quarantined");

        page.button("Reset all pools").click();
        page.confirm();

        page.until(() -> page.state("north").equals("healthy"));
        assertThat(pool.keyStats().usable()).isEqualTo(3);
        assertThat(page.events()).anySatisfy(event -> assertThat(event).endsWith("All pools were reset."));
    }

    @Test
    void modelPoolIsReset() {
        exhaustQuota();
        page.openAndWait(port);
        assertThat(page.isExcluded("limited")).isTrue();
        page.button("Reset the pool of gemini-flash-latest").click();
        page.confirm();
        page.until(() ->
                page.events().stream().anyMatch(event -> event.endsWith("pool of gemini-flash-latest was reset.")));
        page.until(() -> page.state("limited").equals("healthy"));
    }

    @Test
    void checkNowRunsTheCheck() {
        page.openAndWait(port);
        page.button("Check now").click();
        page.until(() -> page.events().stream().anyMatch(event -> event.endsWith("Keys and instances were checked.")));
    }

    @Test
    void worksWithTheKeyboardAlone() {
        page.openAndWait(port);
        page.tabTo("Disable key north");
        page.press(Keys.ENTER);
        assertThat(page.question()).contains("Disable key north?");
        assertThat(page.focused()).as("the harmless choice").isEqualTo("Cancel");
        page.press(Keys.ESCAPE);
        assertThat(page.focused()).isEqualTo("Disable key north");
        page.press(Keys.ENTER);
        page.press(Keys.TAB);
        page.press(Keys.ENTER);
        page.until(() -> page.state("north").equals("disabled"));
        call("north");
        assertThat(SIMULATOR.requestsByKey()).doesNotContainKey("north-secret");

        page.until(() -> page.focused().equals("Enable key north"));
        page.press(Keys.ENTER);
        page.until(() -> page.state("north").equals("healthy"));
        call("north");
        assertThat(SIMULATOR.requestsByKey()).containsEntry("north-secret", 1L);
    }

    @Test
    void rejectedWriteIsReported() {
        page.openAndWait(port);
        gate.reject(403, "", "POST");
        page.button("Check now").click();
        page.until(() -> page.readOnly().equals("Read-only: you do not have permission to make changes (403)."));
        assertThat(page.events())
                .first()
                .asString()
                .endsWith("Failed. You do not have permission to use the endpoint (403).");
        assertThat(page.button("Check now").isEnabled()).isFalse();
    }

    @Test
    void writesAreOfferedIfAllowedMethodsAreUnknown() {
        gate.reject(405, "", "OPTIONS");
        page.openAndWait(port);
        assertThat(page.button("Check now").isEnabled()).isTrue();
    }

    @Test
    void sendsSpringSecuritysCsrfTokenFromTheCookie() {
        page.openAndWait(port);
        browser.executeScript("document.cookie = 'XSRF-TOKEN=token-1'");
        page.button("Check now").click();
        page.until(() -> !page.events().isEmpty());
        assertThat(gate.requests("POST"))
                .last()
                .extracting(EndpointGate.Received::csrfToken)
                .isEqualTo("token-1");
    }

    @Test
    void disablesActionsIfReadOnlyAndReportsAnUnreachableApplication() {
        try (ConfigurableApplicationContext readOnly = SpringApplication.run(
                QuickstartApplication.class,
                "--server.port=0",
                "--gemini.pool.keys=",
                "--management.endpoint.geminipool.access=read-only")) {
            page.openAndWait(readOnly.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
            assertThat(page.readOnly()).contains("management.endpoint.geminipool.access=unrestricted");
            for (String name : List.of("Check now", "Reset statistics", "Reset all pools", "Disable key north")) {
                assertThat(page.button(name).isEnabled()).as(name).isFalse();
            }
        }
        page.until(() -> page.problem().startsWith("Cannot reach the application."));
    }
}
