package io.github.geminipool.autoconfigure;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.autoconfigure.keys.KeysFileWatch;
import io.github.geminipool.key.KeySourceException;
import io.github.geminipool.settings.InvalidSettingException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** Creates the pools of {@code gemini.pools}, and what belongs to each. {@link NamedPoolsRegistrar} registers them as beans. */
final class NamedPools {

    private record Source(GeminiPoolProperties properties, GeminiPoolConnectionDetails details) {}

    private final ConfigurableListableBeanFactory beans;
    private final Environment environment;
    private final Map<String, Source> sources = new ConcurrentHashMap<>();

    NamedPools(ConfigurableListableBeanFactory beans, Environment environment) {
        this.beans = beans;
        this.environment = environment;
    }

    GeminiPool pool(String name) {
        PoolName pool = PoolName.of(name);
        try {
            Source source = source(pool);
            return new PoolFactory(beans, environment, pool).create(source.properties(), source.details());
        } catch (InvalidSettingException
                | KeySourceException
                | NoKeysException
                | NoPrincipalException
                | NoSharedStoreException e) {
            throw new NamedPoolException(pool, e);
        }
    }

    Client client(String name) {
        return beans.getBean(name, GeminiPool.class).client();
    }

    KeySources keySources(String name) {
        PoolName pool = PoolName.of(name);
        Source source = source(pool);
        return new KeySources(pool, source.properties(), source.details(), environment);
    }

    KeysFileWatch keysFileWatch(String name) {
        GeminiPool pool = beans.getBean(name, GeminiPool.class);
        Source source = source(PoolName.of(name));
        return PropertiesGeminiPoolConnectionDetails.watch(
                source.details(), source.properties().keysFileInterval(), pool);
    }

    private Source source(PoolName pool) {
        return sources.computeIfAbsent(pool.bean(), name -> {
            GeminiPoolProperties properties =
                    Binder.get(environment).bindOrCreate(pool.prefix(), Bindable.of(GeminiPoolProperties.class));
            List<String> own = new PoolBeans(beans, name).own(GeminiPoolConnectionDetails.class);
            return new Source(
                    properties,
                    own.size() == 1
                            ? beans.getBean(own.get(0), GeminiPoolConnectionDetails.class)
                            : new PropertiesGeminiPoolConnectionDetails(properties, pool.prefix()));
        });
    }
}
