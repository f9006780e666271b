package io.github.geminipool.autoconfigure;

import io.github.geminipool.autoconfigure.endpoint.GeminiPoolEndpointAutoConfiguration;
import io.github.geminipool.autoconfigure.health.GeminiPoolHealthAutoConfiguration;
import io.github.geminipool.autoconfigure.metrics.GeminiPoolMetricsAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Applications whose pools are shown in all ways: by the endpoint, the health and the meters. */
final class VisiblePools {

    private VisiblePools() {}

    static ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        SimpleMetricsExportAutoConfiguration.class,
                        GeminiPoolAutoConfiguration.class,
                        GeminiPoolEndpointAutoConfiguration.class,
                        GeminiPoolHealthAutoConfiguration.class,
                        GeminiPoolMetricsAutoConfiguration.class))
                .withPropertyValues("management.endpoints.web.exposure.include=geminipool");
    }
}
