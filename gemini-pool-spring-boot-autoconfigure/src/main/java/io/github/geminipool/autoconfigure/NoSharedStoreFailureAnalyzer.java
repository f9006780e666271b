package io.github.geminipool.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.util.ClassUtils;

final class NoSharedStoreFailureAnalyzer extends AbstractFailureAnalyzer<NoSharedStoreException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, NoSharedStoreException cause) {
        return analyze(cause, NoSharedStoreFailureAnalyzer.class.getClassLoader());
    }

    static FailureAnalysis analyze(NoSharedStoreException cause, ClassLoader loader) {
        if (cause.hasSeveral()) {
            return new FailureAnalysis(
                    cause.getMessage() + ".", "Mark one of them as @Primary, or define one only.", cause);
        }
        boolean hasModule = ClassUtils.isPresent("io.github.geminipool.redis.RedisSharedStore", loader);
        boolean hasStarter = ClassUtils.isPresent(
                        "org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory", loader)
                && ClassUtils.isPresent(
                        "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration", loader);
        return new FailureAnalysis(
                cause.getMessage() + ". " + missing(hasModule, hasStarter),
                """
                Consider one of the following:

                %s

                Define a bean of type SharedStore.

                Set gemini.pool.shared.enabled=false: each replica then knows only its own calls.\
                """.formatted(action(hasModule && hasStarter)),
                cause);
    }

    private static String missing(boolean hasModule, boolean hasStarter) {
        if (!hasModule) {
            return "The module gemini-pool-redis is not on the class path.";
        }
        return hasStarter
                ? "There is no single LettuceConnectionFactory to take the connection to Redis from."
                : "Spring Boot's starter for Redis is not on the class path.";
    }

    private static String action(boolean isComplete) {
        return isComplete
                ? "Use Lettuce, Spring Boot's default, rather than Jedis. If there are several beans of type "
                        + "LettuceConnectionFactory, mark one of them as @Primary."
                : "Add the dependencies io.github.geminipool:gemini-pool-redis and "
                        + "org.springframework.boot:spring-boot-starter-data-redis, and set spring.data.redis.host.";
    }
}
