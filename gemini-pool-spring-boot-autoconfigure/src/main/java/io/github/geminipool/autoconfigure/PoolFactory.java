package io.github.geminipool.autoconfigure;

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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Creates a pool from its properties and from the beans that serve it. */
final class PoolFactory {

    private static final Logger log = LoggerFactory.getLogger(GeminiPoolAutoConfiguration.class);

    private final ConfigurableListableBeanFactory beans;
    private final Environment environment;
    private final PoolName pool;
    private final PoolBeans serving;

    PoolFactory(ConfigurableListableBeanFactory beans, Environment environment, PoolName pool) {
        this.beans = beans;
        this.environment = environment;
        this.pool = pool;
        this.serving = new PoolBeans(beans, pool.bean());
    }

    GeminiPool create(GeminiPoolProperties properties, GeminiPoolConnectionDetails details) {
        ConfigurationCheck check = new ConfigurationCheck(environment, pool.prefix());
        check.refuseUnknown();
        check.refuseUnresolved();
        check.ofUnits().forEach(log::warn);
        GeminiPoolBuilder builder = GeminiPool.builder();
        applyKeys(builder, properties, details);
        applyPlatform(builder, properties);
        applyBeans(builder, properties);
        serving.all(GeminiPoolBuilderCustomizer.class).forEach(customizer -> customizer.customize(builder));
        GeminiPool made = builder.build();
        log.info(StartUpLine.of(pool, made.keyStats(), builder.settings()));
        return made;
    }

    private void applyKeys(
            GeminiPoolBuilder builder, GeminiPoolProperties properties, GeminiPoolConnectionDetails details) {
        PropertiesSettingsMapper mapper = new PropertiesSettingsMapper(properties);
        builder.settings(mapper.settings(details.getBaseUrl()));
        List<ApiKey> keys = details.getKeys();
        ConfigurationCheck check = new ConfigurationCheck(environment, pool.prefix());
        if (keys.isEmpty()) {
            check.refuseSingular();
            throw new NoKeysException();
        }
        builder.keySource(new ReloadableKeys(keys, details, environment, pool.prefix()));
        List<Project> projects = mapper.projects();
        projects.forEach(builder::project);
        details.getProjects().forEach(builder::project);
        int listed = details instanceof PropertiesGeminiPoolConnectionDetails
                ? properties.keys().size()
                : 0;
        check.ofProjects(keys, listed, projects, details.getProjects()).forEach(log::warn);
        Set<String> names = new HashSet<>();
        for (ApiKey key : keys) {
            // A key without a project is a project of its own.
            String project = key.project() == null ? key.name() : key.project();
            if (project != null) {
                names.add(project);
            }
        }
        projects.forEach(project -> names.add(project.name()));
        details.getProjects().forEach(project -> names.add(project.name()));
        new PropertiesCallersMapper(properties.callers(), names).limits().forEach(builder::caller);
    }

    private void applyPlatform(GeminiPoolBuilder builder, GeminiPoolProperties properties) {
        builder.virtualThreads(Threading.VIRTUAL.isActive(environment));
        String bundle = properties.http().ssl().bundle();
        if (StringUtils.hasText(bundle)) {
            SslBundleTrust trust = SslBundleTrust.of(
                    bundle(beans.getBeanProvider(SslBundles.class).getObject(), bundle));
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
                            ? "a bundle that spring.ssl.bundle.jks or spring.ssl.bundle.pem describes; there is none"
                                    + " yet"
                            : "one of " + String.join(", ", bundles.getBundleNames()));
        }
    }

    private void applyBeans(GeminiPoolBuilder builder, GeminiPoolProperties properties) {
        SelectionStrategy strategy = serving.unique(SelectionStrategy.class);
        if (strategy != null) {
            builder.selectionStrategy(strategy);
        }
        AttemptRunner runner = serving.unique(AttemptRunner.class);
        if (runner != null) {
            builder.attemptRunner(runner);
        }
        CallTracer tracer = serving.unique(CallTracer.class);
        if (tracer != null) {
            builder.callTracer(tracer);
        }
        CallerResolver resolver = resolver(properties.callerResolver());
        if (resolver != null) {
            builder.callerResolver(resolver);
        }
        if (properties.shared().enabled()) {
            builder.sharedStore(store());
        }
        for (PoolListener listener : serving.all(PoolListener.class)) {
            builder.listener(listener instanceof PoolListenerFactory each ? each.listener(pool.bean()) : listener);
        }
    }

    private @Nullable CallerResolver resolver(CallerNames names) {
        CallerResolver resolver = serving.unique(CallerResolver.class);
        boolean isPrincipal =
                beans.containsBean(PrincipalCondition.BEAN) && resolver == beans.getBean(PrincipalCondition.BEAN);
        if (names == CallerNames.PRINCIPAL && resolver == null) {
            throw new NoPrincipalException();
        }
        // Another pool may want the principal, but not this one.
        return isPrincipal && names != CallerNames.PRINCIPAL ? null : resolver;
    }

    private SharedStore primaryStore() {
        SharedStore store;
        try {
            store = serving.unique(SharedStore.class);
        } catch (NoUniqueBeanDefinitionException e) {
            throw new NoSharedStoreException(true);
        }
        if (store == null) {
            throw new NoSharedStoreException(false);
        }
        return store;
    }

    private SharedStore store() {
        if (pool.equals(PoolName.PRIMARY)) {
            return primaryStore();
        }
        List<String> own = serving.own(SharedStore.class);
        if (own.size() != 1) {
            throw new InvalidSettingException(
                    "shared.enabled",
                    "true, which needs a store of the pool's own",
                    "false, or define a bean of type SharedStore whose @Qualifier is the name of the pool. The store of"
                            + " gemini.pool is not shared with other pools of the same application");
        }
        return beans.getBean(own.get(0), SharedStore.class);
    }
}
