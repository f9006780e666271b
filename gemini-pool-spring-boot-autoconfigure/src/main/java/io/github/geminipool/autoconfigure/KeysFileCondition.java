package io.github.geminipool.autoconfigure;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if the pool has a keys file. Unlike {@code @ConditionalOnProperty}, it does not read the value, which fails without words
 * if that refers to a variable that is not set.
 */
final class KeysFileCondition implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return PoolName.isSet(context.getEnvironment(), PoolName.PRIMARY.prefix() + ".keys-file");
    }
}
