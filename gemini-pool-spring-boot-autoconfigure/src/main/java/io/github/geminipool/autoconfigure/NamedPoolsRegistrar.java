package io.github.geminipool.autoconfigure;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.keys.KeysFileWatch;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the pools of {@code gemini.pools} under their names. They are injected where their name is the qualifier. Where no pool
 * is named, that of {@code gemini.pool} or the application's own is injected, or else the only one there is.
 */
final class NamedPoolsRegistrar implements ImportBeanDefinitionRegistrar {

    private static final String FACTORY = "geminiNamedPools";

    private final Environment environment;
    private final ConfigurableListableBeanFactory beans;

    NamedPoolsRegistrar(Environment environment, BeanFactory beans) {
        this.environment = environment;
        this.beans = (ConfigurableListableBeanFactory) beans;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        Set<PoolName> pools = PoolName.named(environment);
        if (pools.isEmpty()) {
            return;
        }
        boolean hasOther = hasOther();
        registry.registerBeanDefinition(FACTORY, new RootBeanDefinition(NamedPools.class));
        for (PoolName pool : pools) {
            String name = pool.bean();
            refuseIfTaken(pool, registry);
            registry.registerBeanDefinition(name, definition(name, "pool", GeminiPool.class, !hasOther));
            RootBeanDefinition client = definition(name, "client", Client.class, false);
            // The pool itself closes what all clients share.
            client.setDestroyMethodName("");
            registry.registerBeanDefinition(name + "Client", client);
            registry.registerBeanDefinition(
                    name + "KeySources", definition(name, "keySources", KeySources.class, false));
            if (PoolName.isSet(environment, pool.prefix() + ".keys-file")) {
                registry.registerBeanDefinition(
                        name + "KeysFileWatch", definition(name, "keysFileWatch", KeysFileWatch.class, false));
            }
        }
    }

    private static void refuseIfTaken(PoolName pool, BeanDefinitionRegistry registry) {
        for (String suffix : List.of("", "Client", "KeySources", "KeysFileWatch")) {
            String name = pool.bean() + suffix;
            if (registry.isBeanNameInUse(name)) {
                throw new InvalidPoolNameException(
                        pool.prefix(),
                        suffix.isEmpty()
                                ? "has the name of another bean"
                                : "needs the name '" + name + "' for a bean of its own, which another bean has",
                        "Give the pool another name.");
            }
        }
    }

    /** Returns whether another pool is injected where no pool is named. Called before that of {@code gemini.pool} is defined. */
    private boolean hasOther() {
        return PoolName.isSet(environment, PoolName.PRIMARY.prefix() + ".keys")
                || PoolName.isSet(environment, PoolName.PRIMARY.prefix() + ".keys-file")
                || hasDefault(GeminiPool.class)
                || hasDefault(GeminiPoolConnectionDetails.class);
    }

    private boolean hasDefault(Class<?> type) {
        return Arrays.stream(beans.getBeanNamesForType(type, true, false))
                .anyMatch(name -> !beans.containsBeanDefinition(name) || isDefault(beans.getBeanDefinition(name)));
    }

    private static boolean isDefault(BeanDefinition definition) {
        return definition.isAutowireCandidate()
                && !(definition instanceof AbstractBeanDefinition known && !known.isDefaultCandidate());
    }

    private static RootBeanDefinition definition(String pool, String method, Class<?> type, boolean isDefault) {
        RootBeanDefinition definition = new RootBeanDefinition();
        definition.setFactoryBeanName(FACTORY);
        definition.setFactoryMethodName(method);
        definition.setTargetType(type);
        definition.getConstructorArgumentValues().addIndexedArgumentValue(0, pool);
        definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, pool));
        definition.setDefaultCandidate(isDefault);
        return definition;
    }
}
