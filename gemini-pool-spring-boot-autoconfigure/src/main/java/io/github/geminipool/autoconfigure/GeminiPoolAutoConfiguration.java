package io.github.geminipool.autoconfigure;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GeminiPoolBuilder;
import io.github.geminipool.autoconfigure.GeminiPoolProperties.CallerNames;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.Project;
import io.github.geminipool.settings.InvalidSettingException;
import io.github.geminipool.spi.AttemptRunner;
import io.github.geminipool.spi.CallTracer;
import io.github.geminipool.spi.CallerResolver;
import io.github.geminipool.spi.SelectionStrategy;
import io.github.geminipool.spi.SharedStore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.thread.Threading;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.retry.RetryListener;
import org.springframework.retry.RetryOperations;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.StringUtils;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration Auto-configuration} for a {@link GeminiPool} and
 * a {@link Client} backed by it.
 *
 * <p>Runs before Spring AI's, which then uses this client instead of requiring a key.
 */
@AutoConfiguration(
        beforeName = "org.springframework.ai.model.google.genai.autoconfigure.chat.GoogleGenAiChatAutoConfiguration")
@ConditionalOnClass({GeminiPool.class, Client.class})
@ConditionalOnBooleanProperty(name = "gemini.pool.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GeminiPoolProperties.class)
@ImportRuntimeHints(GeminiPoolRuntimeHints.class)
public final class GeminiPoolAutoConfiguration {

    private static final Logger log = LoggerFactory.getLogger(GeminiPoolAutoConfiguration.class);

    // Each method that creates a pool takes the properties as its first parameter. If a condition requests the client
    // before properties can be bound (Spring AI's CachedContentServiceCondition does), creation then fails before any
    // other
    // bean is created too early.

    @Bean
    @ConditionalOnMissingBean(GeminiPoolConnectionDetails.class)
    PropertiesGeminiPoolConnectionDetails geminiPoolConnectionDetails(GeminiPoolProperties properties) {
        return new PropertiesGeminiPoolConnectionDetails(properties);
    }

    @Bean
    @ConditionalOnMissingBean
    GeminiPool geminiPool(
            GeminiPoolProperties properties,
            GeminiPoolConnectionDetails connectionDetails,
            Environment environment,
            ObjectProvider<SslBundles> sslBundles,
            ObjectProvider<SelectionStrategy> selectionStrategy,
            ObjectProvider<AttemptRunner> attemptRunner,
            ObjectProvider<CallTracer> callTracer,
            ObjectProvider<CallerResolver> callerResolver,
            ObjectProvider<SharedStore> sharedStore,
            ObjectProvider<PoolListener> listeners,
            ObjectProvider<GeminiPoolBuilderCustomizer> customizers) {
        new ConfigurationCheck(environment).refuseUnknown();
        GeminiPoolBuilder builder = GeminiPool.builder();
        applyKeys(builder, properties, connectionDetails, environment);
        applyPlatform(builder, properties, environment, sslBundles);
        selectionStrategy.ifUnique(builder::selectionStrategy);
        attemptRunner.ifUnique(builder::attemptRunner);
        callTracer.ifUnique(builder::callTracer);
        callerResolver.ifUnique(builder::callerResolver);
        if (properties.callerResolver() == CallerNames.PRINCIPAL
                && callerResolver.stream().findAny().isEmpty()) {
            throw new NoPrincipalException();
        }
        if (properties.shared().enabled()) {
            builder.sharedStore(sharedStore.getIfUnique(() -> {
                throw new NoSharedStoreException(sharedStore.stream().findAny().isPresent());
            }));
        }
        listeners.orderedStream().forEach(builder::listener);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        GeminiPool pool = builder.build();
        log.info(StartUpLine.of(pool.keyStats(), builder.settings()));
        return pool;
    }

    private static void applyKeys(
            GeminiPoolBuilder builder,
            GeminiPoolProperties properties,
            GeminiPoolConnectionDetails details,
            Environment environment) {
        PropertiesSettingsMapper mapper = new PropertiesSettingsMapper(properties);
        builder.settings(mapper.settings(details.getBaseUrl()));
        List<ApiKey> keys = details.getKeys();
        ConfigurationCheck check = new ConfigurationCheck(environment);
        if (keys.isEmpty()) {
            check.refuseSingular();
            throw new NoKeysException();
        }
        builder.keySource(new ReloadableKeys(keys, details, environment));
        List<Project> projects = mapper.projects();
        projects.forEach(builder::project);
        details.getProjects().forEach(builder::project);
        int listed = details instanceof PropertiesGeminiPoolConnectionDetails
                ? properties.keys().size()
                : 0;
        check.ofProjects(keys, listed, projects, details.getProjects()).forEach(log::warn);
        Set<String> names = new HashSet<>();
        for (ApiKey key : keys) {
            // A key without a project is its own.
            String project = key.project() == null ? key.name() : key.project();
            if (project != null) {
                names.add(project);
            }
        }
        projects.forEach(project -> names.add(project.name()));
        details.getProjects().forEach(project -> names.add(project.name()));
        new PropertiesCallersMapper(properties.callers(), names).limits().forEach(builder::caller);
    }

    private static void applyPlatform(
            GeminiPoolBuilder builder,
            GeminiPoolProperties properties,
            Environment environment,
            ObjectProvider<SslBundles> sslBundles) {
        builder.virtualThreads(Threading.VIRTUAL.isActive(environment));
        String bundle = properties.http().ssl().bundle();
        if (StringUtils.hasText(bundle)) {
            SslBundleTrust trust = SslBundleTrust.of(bundle(sslBundles.getObject(), bundle));
            builder.ssl(trust.socketFactory(), trust.trustManager());
        }
    }

    private static SslBundle bundle(SslBundles bundles, String name) {
        try {
            return bundles.getBundle(name);
        } catch (NoSuchSslBundleException e) {
            throw new InvalidSettingException(
                    "http.ssl.bundle",
                    "'" + name + "', which does not exist",
                    bundles.getBundleNames().isEmpty()
                            ? "a bundle that spring.ssl.bundle.jks or spring.ssl.bundle.pem describes; there is none yet"
                            : "one of " + String.join(", ", bundles.getBundleNames()));
        }
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(GeminiPool.class)
    KeySources geminiPoolKeySources(
            GeminiPoolProperties properties, GeminiPoolConnectionDetails details, Environment environment) {
        return new KeySources(properties, details, environment);
    }

    @Bean
    @ConditionalOnProperty("gemini.pool.keys-file")
    @ConditionalOnSingleCandidate(GeminiPool.class)
    KeysFileWatch geminiPoolKeysFileWatch(
            GeminiPoolProperties properties, GeminiPoolConnectionDetails details, GeminiPool pool) {
        KeysFile file =
                details instanceof PropertiesGeminiPoolConnectionDetails ofProperties ? ofProperties.file() : null;
        String read = details instanceof PropertiesGeminiPoolConnectionDetails ofProperties
                ? ofProperties.fingerprintRead()
                : null;
        return new KeysFileWatch(file, properties.keysFileInterval(), pool, read);
    }

    /** Has no destroy method: closing a client would shut down resources that all clients share. The pool closes them. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(GeminiPool.class)
    Client geminiPoolClient(GeminiPool pool) {
        return pool.client();
    }

    @Bean
    @ConditionalOnSingleCandidate(GeminiPool.class)
    GeminiPoolLifecycle geminiPoolLifecycle(
            GeminiPool pool, ConfigurableApplicationContext context, ObjectProvider<LifecycleProperties> lifecycle) {
        LifecycleProperties properties = lifecycle.getIfAvailable(LifecycleProperties::new);
        return new GeminiPoolLifecycle(pool, context, properties.getTimeoutPerShutdownPhase());
    }

    /** Reloads the keys when Spring Cloud refreshes the environment. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(EnvironmentChangeEvent.class)
    static class SpringCloudConfiguration {

        @Bean
        KeyRefresh geminiPoolKeyRefresh(ObjectProvider<GeminiPool> pools) {
            return new KeyRefresh(pools);
        }
    }

    /** Names callers after Spring Security's principal if the application wants it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SecurityContextHolder.class)
    @ConditionalOnProperty(name = "gemini.pool.caller-resolver", havingValue = "principal")
    static class SpringSecurityConfiguration {

        @Bean
        @ConditionalOnMissingBean(CallerResolver.class)
        PrincipalCallerResolver geminiPoolPrincipalCallerResolver() {
            return new PrincipalCallerResolver();
        }
    }

    /** Runs attempts on Spring Retry if it is present. Our template is not a bean, so that nothing injects it by type. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RetryOperations.class)
    static class SpringRetryConfiguration {

        private static final String TEMPLATE = "geminiPoolRetryTemplate";

        @Bean
        @ConditionalOnMissingBean(AttemptRunner.class)
        SpringRetryAttemptRunner geminiPoolAttemptRunner(BeanFactory beans, ObjectProvider<RetryListener> listeners) {
            return beans.containsBean(TEMPLATE)
                    ? new SpringRetryAttemptRunner(beans.getBean(TEMPLATE, RetryOperations.class))
                    : new SpringRetryAttemptRunner(listeners.orderedStream().toList());
        }
    }
}
