package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.context.properties.ConfigurationPropertiesReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Actuator's {@code configprops} report when configured to show all values. */
class ConfigurationPropertiesReportTests {

    @Test
    void serializesPropertiesWithoutKeys() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        GeminiPoolAutoConfiguration.class,
                        ConfigurationPropertiesReportEndpointAutoConfiguration.class))
                .withPropertyValues(
                        "gemini.pool.keys[0].value=first-secret",
                        "gemini.pool.keys[0].name=first",
                        "gemini.pool.keys[1]=second-secret",
                        "management.endpoint.configprops.show-values=always",
                        "management.endpoints.web.exposure.include=configprops",
                        "management.endpoints.jmx.exposure.include=configprops")
                .run(context -> assertThat(context.getBean(ConfigurationPropertiesReportEndpoint.class)
                                .configurationProperties()
                                .getContexts()
                                .values())
                        .flatExtracting(descriptor -> descriptor.getBeans().values())
                        .filteredOn(bean -> bean.getPrefix().equals("gemini.pool"))
                        .singleElement()
                        .satisfies(bean -> assertThat(bean.getProperties().toString())
                                .contains("name=first")
                                .doesNotContain("-secret")));
    }
}
