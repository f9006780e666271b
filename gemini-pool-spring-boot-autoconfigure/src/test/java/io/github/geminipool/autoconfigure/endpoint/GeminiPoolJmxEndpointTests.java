package io.github.geminipool.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The endpoint over JMX. */
class GeminiPoolJmxEndpointTests {

    @RegisterExtension
    final GeminiSimulatorExtension simulator = GeminiSimulatorExtension.with(b -> b.key("first-key-1"));

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    private ConfigurableApplicationContext run(String access) {
        return new SpringApplication(GeminiPoolEndpointTests.Application.class)
                .run(
                        "--spring.main.web-application-type=none",
                        "--spring.jmx.enabled=true",
                        "--spring.jmx.unique-names=false",
                        "--management.endpoints.jmx.exposure.include=geminipool",
                        "--management.endpoint.geminipool.access=" + access,
                        "--gemini.pool.base-url=" + simulator.baseUrl(),
                        "--gemini.pool.keys=first-key-1");
    }

    private Object invoke(String operation, Object[] parameters, String... types) throws JMException {
        return server.invoke(
                new ObjectName("org.springframework.boot:type=Endpoint,name=Geminipool"), operation, parameters, types);
    }

    @Test
    void showsAndControlsThePool() throws JMException {
        try (ConfigurableApplicationContext context = run("unrestricted")) {
            context.getBean(GeminiPool.class)
                    .generateContent(GenerationRequest.of("Hi").model("m"));

            assertThat(invoke("pool", new Object[0]))
                    .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                    .containsEntry("calls", 1L);
            invoke("act", new Object[] {"RESET_STATS", null}, String.class.getName(), String.class.getName());
            assertThat(((Map<?, ?>) invoke("pool", new Object[0])).get("calls")).isEqualTo(0L);
            assertThat(invoke("pool", new Object[0]).toString()).doesNotContain("first-key-1");
        }
    }

    @Test
    void isReadOnlyByDefault() {
        try (ConfigurableApplicationContext context = run("read-only")) {
            assertThat(context.isRunning()).isTrue();
            assertThatThrownBy(() -> invoke(
                            "act", new Object[] {"RESET_STATS", null}, String.class.getName(), String.class.getName()))
                    .isInstanceOf(JMException.class);
        }
    }
}
