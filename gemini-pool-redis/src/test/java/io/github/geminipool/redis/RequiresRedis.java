package io.github.geminipool.redis;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests need programs on the path: without them they are skipped, or fail with {@code -Dredis.required=true}. A parameter
 * of type {@link RedisServer} is a server that the tests of the class share.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RedisExtension.class)
public @interface RequiresRedis {

    /** Returns the names of the programs. */
    String[] value() default "redis-server";
}
