package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.stats.KeyUsage;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@ExtendWith(OutputCaptureExtension.class)
@Tag("sdk")
class GeminiPoolAutoConfigurationTests {

    private final ApplicationContextRunner withoutKeys =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class));

    private final ApplicationContextRunner withKeys =
            withoutKeys.withPropertyValues("gemini.pool.keys=first-secret,second-secret");

    @Test
    void createsPoolAndClient() {
        withKeys.run(
                context -> assertThat(context).hasSingleBean(GeminiPool.class).hasSingleBean(Client.class));
    }

    @Test
    void definesNoBeansWhenDisabled() {
        withKeys.withPropertyValues("gemini.pool.enabled=false")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(GeminiPool.class)
                        .doesNotHaveBean(Client.class)
                        .doesNotHaveBean(GeminiPoolProperties.class)
                        .doesNotHaveBean(GeminiPoolConnectionDetails.class)
                        .doesNotHaveBean(GeminiPoolLifecycle.class));
    }

    @Test
    void requiresNoKeysWhenDisabled() {
        withoutKeys
                .withPropertyValues("gemini.pool.enabled=false")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void backsOffWithoutTheCoreOnTheClassPath() {
        withKeys.withClassLoader(new FilteredClassLoader(GeminiPool.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("geminiPool"));
    }

    @Test
    void backsOffForTheApplicationsPool() {
        withoutKeys.withUserConfiguration(OwnPool.class).run(context -> {
            assertThat(context).hasSingleBean(GeminiPool.class);
            assertThat(keyNames(context.getBean(GeminiPool.class))).containsExactly("own");
        });
    }

    @Test
    void createsTheClientForTheApplicationsPool() {
        withoutKeys
                .withUserConfiguration(OwnPool.class)
                .run(context -> assertThat(context).hasSingleBean(Client.class));
    }

    @Test
    void backsOffForTheApplicationsClient() {
        withKeys.withUserConfiguration(OwnClient.class)
                .run(context -> assertThat(context)
                        .hasSingleBean(GeminiPool.class)
                        .getBean(Client.class)
                        .isSameAs(context.getBean("ownClient")));
    }

    @Test
    void createsNoClientIfTheApplicationHasSeveralPools() {
        withoutKeys
                .withBean(
                        "one",
                        GeminiPool.class,
                        () -> GeminiPool.builder().key("one-secret").build())
                .withBean(
                        "two",
                        GeminiPool.class,
                        () -> GeminiPool.builder().key("two-secret").build())
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(Client.class)
                        .hasSingleBean(GeminiPoolLifecycle.class));
    }

    @Test
    void appliesNamesAndProjectsOfKeys() {
        withoutKeys
                .withPropertyValues(
                        "gemini.pool.keys[0].value=first-secret",
                        "gemini.pool.keys[0].name=paid",
                        "gemini.pool.keys[0].project=shop",
                        "gemini.pool.keys[1]=second-secret")
                .run(context -> assertThat(
                                context.getBean(GeminiPool.class).keyStats().keys())
                        .extracting(KeyUsage::key, KeyUsage::project)
                        .first()
                        .hasToString("(\"paid\", \"shop\")"));
    }

    @Test
    void doesNotUseDisabledKeys() {
        withoutKeys
                .withPropertyValues(
                        "gemini.pool.keys[0].value=first-secret",
                        "gemini.pool.keys[0].enabled=false",
                        "gemini.pool.keys[1].value=second-secret")
                .run(context -> assertThat(
                                context.getBean(GeminiPool.class).keyStats().keys())
                        .extracting(KeyUsage::usable)
                        .containsExactly(false, true));
    }

    @Test
    void usesKeysFromConnectionDetails() {
        withKeys.withBean(
                        GeminiPoolConnectionDetails.class,
                        () -> () -> List.of(ApiKey.of("from-vault").named("vault")))
                .run(context ->
                        assertThat(keyNames(context.getBean(GeminiPool.class))).containsExactly("vault"));
    }

    @Test
    void backsOffForConnectionDetails() {
        withKeys.withBean(GeminiPoolConnectionDetails.class, () -> () -> List.of(ApiKey.of("from-vault")))
                .run(context -> assertThat(context).doesNotHaveBean(PropertiesGeminiPoolConnectionDetails.class));
    }

    @Test
    void usesTheBaseUrlFromConnectionDetails() {
        withKeys.withBean(GeminiPoolConnectionDetails.class, OtherHost::new)
                .withBean(Recording.class)
                .run(context ->
                        assertThat(context.getBean(Recording.class).baseUrl).isEqualTo("https://gemini.example"));
    }

    @Test
    void failsWithoutKeys() {
        withoutKeys.run(context -> assertThat(context).getFailure().hasRootCauseInstanceOf(NoKeysException.class));
    }

    @Test
    void failsIfConnectionDetailsHaveNoKeys() {
        withKeys.withBean(GeminiPoolConnectionDetails.class, () -> List::of)
                .run(context -> assertThat(context).getFailure().hasRootCauseInstanceOf(NoKeysException.class));
    }

    @Test
    void callsCustomizersInOrderAfterTheProperties() {
        withKeys.withPropertyValues("gemini.pool.size=4")
                .withUserConfiguration(Customizers.class)
                .run(context ->
                        assertThat(context.getBean(Customizers.class).sizes).containsExactly(4, 5, 6));
    }

    @Test
    void readsTheKeysOfConnectionDetailsOnce() {
        AtomicInteger reads = new AtomicInteger();
        withKeys.withBean(GeminiPoolConnectionDetails.class, () -> () -> {
                    reads.incrementAndGet();
                    return List.of(ApiKey.of("from-vault"));
                })
                .run(context -> {
                    assertThat(context).hasSingleBean(GeminiPool.class);
                    assertThat(reads).hasValue(1);
                });
    }

    @Test
    void failsForAnUnknownSslBundle() {
        withKeys.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
                .withPropertyValues("gemini.pool.http.ssl.bundle=missing")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("missing"));
    }

    @Test
    void logsOneLineWithoutSecrets(CapturedOutput output) {
        withoutKeys
                .withPropertyValues(
                        "gemini.pool.keys[0].value=first-secret",
                        "gemini.pool.keys[0].project=a",
                        "gemini.pool.keys[1].value=second-secret",
                        "gemini.pool.keys[1].project=b",
                        "gemini.pool.keys[2].value=third-secret",
                        "gemini.pool.keys[2].project=b",
                        "gemini.pool.keys[2].enabled=false")
                .run(context -> assertThat(output)
                        .containsOnlyOnce(
                                "Gemini pool: 3 keys of 2 projects (1 not in use), 10 instances per model, default model gemini-flash-latest, https://generativelanguage.googleapis.com")
                        .doesNotContain("-secret"));
    }

    @Test
    void doesNotDestroyTheClient() {
        withKeys.run(context -> assertThat(context.getBeanFactory()
                        .getBeanDefinition("geminiPoolClient")
                        .getDestroyMethodName())
                .isEmpty());
    }

    @Test
    void bindsPropertiesBeforeItRequestsAnyOtherBean() {
        withKeys.withPropertyValues("gemini.pool.size=none")
                .withBean(
                        GeminiPoolConnectionDetails.class,
                        () -> {
                            throw new AssertionError("must not be created if the properties cannot be bound");
                        },
                        definition -> definition.setLazyInit(true))
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(UnsatisfiedDependencyException.class)
                        .hasRootCauseInstanceOf(NumberFormatException.class));
    }

    private static List<String> keyNames(GeminiPool pool) {
        return pool.keyStats().keys().stream().map(KeyUsage::key).toList();
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnPool {

        @Bean
        GeminiPool ownPool() {
            return GeminiPool.builder()
                    .key(ApiKey.of("own-secret").named("own"))
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnClient {

        @Bean
        Client ownClient() {
            return Client.builder().apiKey("own-secret").vertexAI(false).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {

        final List<Integer> sizes = new ArrayList<>();

        @Bean
        @Order(2)
        GeminiPoolBuilderCustomizer second() {
            return increment();
        }

        @Bean
        @Order(1)
        GeminiPoolBuilderCustomizer first() {
            return increment();
        }

        @Bean
        @Order(3)
        GeminiPoolBuilderCustomizer third() {
            return builder -> sizes.add(builder.settings().size());
        }

        private GeminiPoolBuilderCustomizer increment() {
            return builder -> {
                int size = builder.settings().size();
                sizes.add(size);
                builder.settings(builder.settings().withSize(size + 1));
            };
        }
    }

    static class Recording implements GeminiPoolBuilderCustomizer {

        String baseUrl = "";

        @Override
        public void customize(GeminiPoolBuilder builder) {
            baseUrl = builder.settings().http().baseUrl().toString();
        }
    }

    static class OtherHost implements GeminiPoolConnectionDetails {

        @Override
        public List<ApiKey> getKeys() {
            return List.of(ApiKey.of("from-vault").inProject("shop"));
        }

        @Override
        public List<Project> getProjects() {
            return List.of(new Project("shop", "account", 1, 2));
        }

        @Override
        public URI getBaseUrl() {
            return URI.create("https://gemini.example");
        }
    }

    @Test
    void projectsDescribedElsewhereAndKeysThatAreTheirOwnAreNotTold() {
        ConfigurationCheck check = new ConfigurationCheck(new StandardEnvironment(), "gemini.pool");
        List<ApiKey> keys = List.of(
                ApiKey.of("first-key-1").named("own"),
                ApiKey.of("second-key-2").inProject("vault"),
                ApiKey.of("third-key-3").inProject("moon"));
        assertThat(check.ofProjects(keys, 0, List.of(Project.of("own")), List.of(Project.of("vault"))))
                .singleElement()
                .asString()
                .startsWith("A key without a name belongs to the project 'moon'");
    }

    @Test
    void aVariableThatTheKeysReferToIsNoMistake() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class))
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "systemEnvironment", Map.of("GEMINI_POOL_KEY", "first-key-1"))))
                .withPropertyValues("gemini.pool.keys=${GEMINI_POOL_KEY}")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void listsOfOneSourceOverrideThoseOfAnother() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class))
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addLast(new MapPropertySource(
                                "application.yml",
                                Map.of(
                                        "gemini.pool.keys[0].value", "first-key-1",
                                        "gemini.pool.keys[0].name", "a",
                                        "gemini.pool.keys[1].value", "second-key-2",
                                        "gemini.pool.models[0].name", "m",
                                        "gemini.pool.models[0].fallbacks[0]", "n",
                                        "gemini.pool.models[0].fallbacks[1]", "o",
                                        "gemini.pool.acquireTimeout", "1s"))))
                .withPropertyValues(
                        "gemini.pool.keys=third-key-3",
                        "gemini.pool.models[0].name=m",
                        "gemini.pool.models[0].fallbacks=p")
                .run(context -> assertThat(
                                context.getBean(GeminiPool.class).keys().names())
                        .hasSize(1)
                        .doesNotContain("a"));
    }

    @Test
    void projectsThatMatchNoKeyAndKeysThatMatchNoProjectAreTold() {
        new ApplicationContextRunner()
                .withPropertyValues(
                        "gemini.pool.keys[0].value=first-key-1",
                        "gemini.pool.keys[0].project=shopp",
                        "gemini.pool.projects[0].name=shop")
                .run(context -> {
                    ConfigurationCheck check = new ConfigurationCheck(context.getEnvironment(), "gemini.pool");
                    assertThat(check.ofProjects(
                                    List.of(ApiKey.of("first-key-1").inProject("shopp")),
                                    1,
                                    List.of(Project.of("shop")),
                                    List.of()))
                            .satisfiesExactly(
                                    unnamed -> assertThat(unnamed)
                                            .contains("No key names the project 'shop'", "Did you mean 'shopp'?"),
                                    undescribed -> assertThat(undescribed)
                                            .contains("belongs to the project 'shopp'", "Did you mean 'shop'?"));
                });
    }
}
