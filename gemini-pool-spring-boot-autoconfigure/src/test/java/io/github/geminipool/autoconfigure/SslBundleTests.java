package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.GeminiSimulator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SslBundleTests {

    private final GeminiSimulator simulator =
            GeminiSimulator.builder().key("first-secret").tls().start();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class, SslAutoConfiguration.class))
            .withPropertyValues(
                    "gemini.pool.keys=first-secret",
                    "gemini.pool.retry.max-attempts=1",
                    "gemini.pool.base-url=" + simulator.baseUrl());

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void trustsTheCertificateOfTheBundle() {
        runner.withInitializer(
                        context -> context.getBeanFactory().addBeanPostProcessor(new BundleRegistration(bundle())))
                .withPropertyValues("gemini.pool.http.ssl.bundle=simulator")
                .run(context -> assertThat(context.getBean(GeminiPool.class)
                                .generateContent("Hello")
                                .text())
                        .isNotBlank());
    }

    @Test
    void doesNotTrustTheCertificateWithoutTheBundle() {
        runner.run(context -> {
            GeminiPool pool = context.getBean(GeminiPool.class);
            assertThatThrownBy(() -> pool.generateContent("Hello")).isInstanceOf(RuntimeException.class);
        });
    }

    private SslBundle bundle() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            X509Certificate certificate = simulator.trustManager().getAcceptedIssuers()[0];
            trusted.setCertificateEntry("simulator", certificate);
            return SslBundle.of(SslStoreBundle.of(null, null, trusted));
        } catch (java.security.GeneralSecurityException | java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Registers the bundle as soon as the registry is created. */
    private record BundleRegistration(SslBundle bundle)
            implements org.springframework.beans.factory.config.BeanPostProcessor {

        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (bean instanceof SslBundleRegistry registry) {
                registry.registerBundle("simulator", bundle);
            }
            return bean;
        }
    }
}
